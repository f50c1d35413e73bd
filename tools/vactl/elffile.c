/* SPDX-License-Identifier: MIT */
#include "elffile.h"

#include <elf.h>

#define HEADERS_MAX 256 /* program headers looked at; real files have some ten */

/* Reads a part of the file. Returns 0, -ENOEXEC if the file ends before, or -errno. */
static int read_at(int fd, void *to, size_t size, uint64_t offset)
{
	ssize_t got;

	if (offset > INT64_MAX)
		return -ENOEXEC;
	got = pread(fd, to, size, (off_t)offset);
	if (got < 0)
		return -errno;
	return (size_t)got == size ? 0 : -ENOEXEC;
}

static int read_interpreter(int fd, const Elf64_Phdr *segment, struct elffile *elf)
{
	int err;

	if (segment->p_filesz < 2 || segment->p_filesz > sizeof(elf->interpreter))
		return -ENOEXEC;
	err = read_at(fd, elf->interpreter, segment->p_filesz, segment->p_offset);
	if (err)
		return err;
	elf->interpreter[segment->p_filesz - 1] = 0;
	elf->dynamic = true;
	return 0;
}

static int read_segments(int fd, const Elf64_Ehdr *header, struct elffile *elf)
{
	Elf64_Phdr segment;
	int err;

	if (header->e_phentsize != sizeof(segment) || header->e_phnum > HEADERS_MAX)
		return -ENOEXEC;
	for (unsigned int i = 0; i < header->e_phnum; i++) {
		err = read_at(fd, &segment, sizeof(segment), header->e_phoff + i * sizeof(segment));
		if (err)
			return err;
		if (segment.p_type == PT_INTERP)
			return read_interpreter(fd, &segment, elf);
	}
	return 0;
}

int elffile_read(int fd, struct elffile *elf)
{
	Elf64_Ehdr header;
	int err = read_at(fd, &header, sizeof(header), 0);

	memset(elf, 0, sizeof(*elf));
	if (err)
		return err;
	if (memcmp(header.e_ident, ELFMAG, SELFMAG) != 0)
		return -ENOEXEC;
	/* 32-bit files have type and machine at this place too. */
	elf->class = header.e_ident[EI_CLASS];
	elf->data = header.e_ident[EI_DATA];
	elf->type = header.e_type;
	elf->machine = header.e_machine;
	if (elf->class != ELFCLASS64 || elf->data != ELFDATA2LSB)
		return 0;
	return read_segments(fd, &header, elf);
}

bool elffile_alike(const struct elffile *a, const struct elffile *b)
{
	return a->class == b->class && a->data == b->data && a->machine == b->machine;
}

int elffile_load(const char *path, struct elffile *elf)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int err;

	if (fd < 0)
		return -errno;
	err = elffile_read(fd, elf);
	close(fd);
	return err;
}
