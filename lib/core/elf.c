/* SPDX-License-Identifier: MIT */
#include "elf.h"

#include <string.h>
#include <sys/mman.h>

static const char why_not_elf[] = "it is neither an ELF program nor a script";
static const char why_small[] = "it is a 32-bit program; use a 64-bit build of it";
static const char why_machine[] = "it is for another machine; use a build of it for this one";
static const char why_type[] = "it is an ELF file, but no program";
static const char why_headers[] = "its ELF program headers are damaged";
static const char why_segment[] = "a segment of its ELF image is damaged";
static const char why_short[] = "the file ends before its segments do";
static const char why_empty[] = "its ELF image has no segment to load";
static const char why_entry[] = "its entry point lies in none of its segments";
static const char why_interpreter[] = "its path of an ELF interpreter is damaged";

#define PATH_BYTES 4096 /* the kernel's PATH_MAX */

const char *elf_header(const void *bytes, size_t length, const struct elf_rules *rules,
		       uint64_t *offset, size_t *size)
{
	Elf64_Ehdr header;

	if (length < SELFMAG || memcmp(bytes, ELFMAG, SELFMAG) != 0)
		return why_not_elf;
	if (length > EI_CLASS && ((const unsigned char *)bytes)[EI_CLASS] == ELFCLASS32)
		return why_small;
	if (length < sizeof(header))
		return why_headers;
	memcpy(&header, bytes, sizeof(header));
	if (header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_ident[EI_DATA] != ELFDATA2LSB ||
	    header.e_machine != rules->machine)
		return why_machine;
	if (header.e_type != ET_EXEC && header.e_type != ET_DYN)
		return why_type;
	if (header.e_phentsize != sizeof(Elf64_Phdr) || header.e_phnum == 0 ||
	    header.e_phnum > ELF_HEADERS_MAX)
		return why_headers;
	*size = header.e_phnum * sizeof(Elf64_Phdr);
	*offset = header.e_phoff;
	if (header.e_phoff > rules->file_size || rules->file_size - header.e_phoff < *size)
		return why_headers;
	return NULL;
}

static int prot_of(uint32_t flags)
{
	return (flags & PF_R ? PROT_READ : 0) | (flags & PF_W ? PROT_WRITE : 0) |
	       (flags & PF_X ? PROT_EXEC : 0);
}

/* Extends the span by [start, end). An empty span becomes [start, end). */
static void extend(struct span *span, uintptr_t start, uintptr_t end)
{
	if (span_empty(*span)) {
		*span = (struct span){ start, end };
		return;
	}
	span->start = start < span->start ? start : span->start;
	span->end = end > span->end ? end : span->end;
}

static bool power_of_two(uint64_t value)
{
	return value != 0 && (value & (value - 1)) == 0;
}

static const char *add_segment(const Elf64_Phdr *header, const struct elf_rules *rules,
			       struct image *image)
{
	size_t mask = rules->page - 1;
	uintptr_t end;

	if (header->p_filesz > header->p_memsz ||
	    __builtin_add_overflow(header->p_vaddr, header->p_memsz, &end) || end > rules->top)
		return why_segment;
	if (header->p_filesz != 0 && (header->p_vaddr & mask) != (header->p_offset & mask))
		return why_segment;
	if (header->p_filesz > rules->file_size ||
	    header->p_offset > rules->file_size - header->p_filesz)
		return why_short;
	/* Like the kernel, ignores alignments that are no power of two. */
	if (power_of_two(header->p_align) && header->p_align > image->align)
		image->align = header->p_align;
	if (header->p_memsz == 0)
		return NULL;
	image->segment[image->segments++] = (struct segment){
		.start = header->p_vaddr,
		.in_file = header->p_filesz,
		.size = header->p_memsz,
		.offset = header->p_offset,
		.prot = prot_of(header->p_flags),
	};
	extend(&image->extent, header->p_vaddr & ~mask, (end + mask) & ~mask);
	extend(header->p_flags & PF_X ? &image->code : &image->data, header->p_vaddr,
		header->p_vaddr + header->p_filesz);
	return NULL;
}

static const char *add_interpreter(const Elf64_Phdr *header, const struct elf_rules *rules,
				   struct image *image)
{
	if (image->interpreter_length) /* the first PT_INTERP counts */
		return NULL;
	if (header->p_filesz < 2 || header->p_filesz > PATH_BYTES ||
	    header->p_filesz > rules->file_size ||
	    header->p_offset > rules->file_size - header->p_filesz)
		return why_interpreter;
	image->interpreter = header->p_offset;
	image->interpreter_length = header->p_filesz;
	return NULL;
}

static const char *add_header(const Elf64_Phdr *header, const struct elf_rules *rules,
			      struct image *image)
{
	switch (header->p_type) {
	case PT_LOAD:
		return add_segment(header, rules, image);
	case PT_INTERP:
		return add_interpreter(header, rules, image);
	case PT_DYNAMIC:
		image->dynamic = header->p_vaddr;
		return NULL;
	case PT_GNU_STACK:
		image->stack_executable = header->p_flags & PF_X;
		return NULL;
	}
	return NULL;
}

static bool has_entry(const struct image *image)
{
	for (size_t i = 0; i < image->segments; i++)
		if (image->entry >= image->segment[i].start &&
		    image->entry - image->segment[i].start < image->segment[i].size)
			return true;
	return false;
}

/* The address of the program headers' first byte in memory; 0: no segment maps it. */
static uintptr_t find_headers(const struct image *image, uint64_t offset)
{
	for (size_t i = 0; i < image->segments; i++) {
		const struct segment *segment = &image->segment[i];

		if (offset >= segment->offset && offset - segment->offset < segment->in_file)
			return segment->start + (offset - segment->offset);
	}
	return 0;
}

const char *elf_image(const Elf64_Ehdr *header, const Elf64_Phdr *headers,
		      const struct elf_rules *rules, struct image *image)
{
	const char *why;

	*image = (struct image){
		.movable = header->e_type == ET_DYN,
		.entry = header->e_entry,
		.align = rules->page,
		.header_count = header->e_phnum,
	};
	for (size_t i = 0; i < header->e_phnum; i++) {
		why = add_header(&headers[i], rules, image);
		if (why)
			return why;
	}
	if (image->segments == 0)
		return why_empty;
	if (span_empty(image->extent) || image->extent.end > rules->top)
		return why_segment;
	if (!has_entry(image))
		return why_entry;
	image->headers = find_headers(image, header->e_phoff);
	if (span_empty(image->data))
		image->data = (struct span){ image->code.end, image->code.end };
	return NULL;
}
