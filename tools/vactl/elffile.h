/* SPDX-License-Identifier: MIT */
/* The kind of an executable file, without libelf: the program that starts others loads
 * libc alone. The file may be hostile. */
#ifndef VACTL_ELFFILE_H
#define VACTL_ELFFILE_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

struct elffile {
	unsigned char class, data; /* ELFCLASS64, ELFDATA2LSB */
	uint16_t type, machine;    /* ET_*, EM_* */
	bool dynamic;              /* it has an interpreter: ld.so */
	char interpreter[PATH_MAX];
};

/* Returns 0, -ENOEXEC if it is no ELF file or a broken one, or -errno. Of a file of
 * another class or byte order only class, data and, of the same byte order, type and
 * machine are read. */
int elffile_read(int fd, struct elffile *elf);

/* Whether both are for the same machine. */
bool elffile_alike(const struct elffile *a, const struct elffile *b);

/* Reads vactl's own file, which is for this machine. Returns 0 or -errno. */
int elffile_self(struct elffile *elf);

#endif
