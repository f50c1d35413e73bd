/* SPDX-License-Identifier: MIT */
#include "elffile.h"

#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <string.h>
#include <unistd.h>

static int read_interpreter(int fd, const GElf_Phdr *segment, struct elffile *elf)
{
	size_t size = segment->p_filesz;

	if (size < 2 || size > sizeof(elf->interpreter) || segment->p_offset > INT64_MAX ||
	    pread(fd, elf->interpreter, size, (off_t)segment->p_offset) != (ssize_t)size)
		return -ENOEXEC;
	elf->interpreter[size - 1] = 0;
	elf->dynamic = true;
	return 0;
}

static int read_headers(int fd, Elf *file, struct elffile *elf)
{
	GElf_Ehdr header;
	GElf_Phdr segment;

	if (elf_kind(file) != ELF_K_ELF || !gelf_getehdr(file, &header))
		return -ENOEXEC;
	elf->class = header.e_ident[EI_CLASS];
	elf->data = header.e_ident[EI_DATA];
	elf->type = header.e_type;
	elf->machine = header.e_machine;
	for (int i = 0; i < header.e_phnum; i++) {
		if (!gelf_getphdr(file, i, &segment))
			return -ENOEXEC;
		if (segment.p_type == PT_INTERP)
			return read_interpreter(fd, &segment, elf);
	}
	return 0;
}

int elffile_read(int fd, struct elffile *elf)
{
	Elf *file;
	int err;

	memset(elf, 0, sizeof(*elf));
	/* libelf has no errno for what read() says. */
	if (pread(fd, elf->interpreter, 1, 0) < 0)
		return -errno;
	elf_version(EV_CURRENT);
	file = elf_begin(fd, ELF_C_READ, NULL);
	err = file ? read_headers(fd, file, elf) : -ENOEXEC;
	elf_end(file);
	return err;
}

bool elffile_alike(const struct elffile *a, const struct elffile *b)
{
	return a->class == b->class && a->data == b->data && a->machine == b->machine;
}

int elffile_self(struct elffile *elf)
{
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	int err;

	if (fd < 0)
		return -errno;
	err = elffile_read(fd, elf);
	close(fd);
	return err;
}
