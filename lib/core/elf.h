/* SPDX-License-Identifier: MIT */
/*
 * The parts of an ELF file that a loader needs. Pure. The input may be any bytes: each field is
 * checked before it is used, and a resulting image is consistent. The rules are those of the
 * kernel's loader, with one exception: a file that ends before its segments do is rejected,
 * since the program would end with SIGBUS.
 */
#ifndef VALIMIT_CORE_ELF_H
#define VALIMIT_CORE_ELF_H

#include <elf.h>
#include <stdbool.h>

#include "window.h"

/* The kernel reads one page of program headers at most (load_elf_phdrs()). */
#define ELF_HEADERS_MAX (4096 / sizeof(Elf64_Phdr))

struct segment {
	uintptr_t start;      /* the segment's address, before relocation */
	size_t in_file, size; /* bytes; in_file <= size */
	uint64_t offset;      /* in the file, congruent to start modulo the page */
	int prot;
};

struct image {
	bool movable;         /* ET_DYN */
	uintptr_t entry;      /* in one of the segments */
	struct span extent;   /* of all segments, whole pages */
	size_t align;         /* a power of two, at least the page */
	uintptr_t headers;    /* address at which a segment maps the program headers; 0: none
			       * does */
	size_t header_count;
	uintptr_t dynamic;    /* address of the dynamic section, from PT_DYNAMIC; 0: none */
	bool stack_executable;
	uint64_t interpreter; /* offset of the interpreter's path in the file */
	size_t interpreter_length; /* of the path, with its terminator; 0: the file names no
				    * interpreter */
	struct span code, data; /* as /proc/PID/stat has them */
	size_t segments;
	struct segment segment[ELF_HEADERS_MAX];
};

/* The environment that an image has to fit. */
struct elf_rules {
	uint16_t machine;  /* EM_* */
	size_t page;
	uintptr_t top;     /* the end of user space */
	uint64_t file_size;
};

/* Finds the program headers by the file's first `length` bytes: *size bytes at *offset, at most
 * ELF_HEADERS_MAX headers. Returns NULL, or the reason of a rejection: a phrase that follows
 * the file's name. */
const char *elf_header(const void *bytes, size_t length, const struct elf_rules *rules,
		       uint64_t *offset, size_t *size);

/* Reads an image from the header and the program headers of one file. Returns NULL, or the
 * reason of a rejection. */
const char *elf_image(const Elf64_Ehdr *header, const Elf64_Phdr *headers,
		      const struct elf_rules *rules, struct image *image);

#endif
