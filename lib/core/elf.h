/* SPDX-License-Identifier: MIT */
/*
 * What an ELF file asks for. Pure: any bytes may be given, every field is
 * checked before it is used, and what an image says afterwards is consistent.
 * What the kernel's loader takes is taken, but for files that end before their
 * segments do: running those ends with SIGBUS.
 */
#ifndef VALIMIT_CORE_ELF_H
#define VALIMIT_CORE_ELF_H

#include <elf.h>
#include <stdbool.h>

#include "window.h"

/* As many program headers as the kernel reads: a page of them. */
#define ELF_HEADERS_MAX (4096 / sizeof(Elf64_Phdr))

struct segment {
	uintptr_t start;      /* of its contents, before it is moved */
	size_t in_file, size; /* bytes; in_file <= size */
	uint64_t offset;      /* in the file, congruent to start modulo the page */
	int prot;
};

struct image {
	bool movable;         /* ET_DYN */
	uintptr_t entry;      /* in one of the segments */
	struct span extent;   /* of all segments, whole pages */
	size_t align;         /* a power of two, at least the page */
	uintptr_t headers;    /* where a segment maps the program headers; 0: none does */
	size_t header_count;
	uintptr_t dynamic;    /* what it says its dynamic section's address is; 0: none */
	bool stack_executable;
	uint64_t interpreter; /* where in the file its path is */
	size_t interpreter_length; /* with the terminator; 0: it asks for none */
	struct span code, data; /* as /proc/PID/stat has them */
	size_t segments;
	struct segment segment[ELF_HEADERS_MAX];
};

/* What an image may be. */
struct elf_rules {
	uint16_t machine;  /* EM_* */
	size_t page;
	uintptr_t top;     /* the end of user space */
	uint64_t file_size;
};

/* Looks at a file's header, `length` bytes of it: where its program headers are
 * (*offset, *size bytes, at most ELF_HEADERS_MAX of them). NULL, or why not: a
 * phrase that follows the file's name. */
const char *elf_header(const void *bytes, size_t length, const struct elf_rules *rules,
		       uint64_t *offset, size_t *size);

/* Reads them; both have been read from the same file. NULL, or why not. */
const char *elf_image(const Elf64_Ehdr *header, const Elf64_Phdr *headers,
		      const struct elf_rules *rules, struct image *image);

#endif
