/* SPDX-License-Identifier: MIT */
/* The kind of an executable file, which may be hostile. Read without libelf, since the
 * program that starts others loads libc alone. */
#ifndef VACTL_ELFFILE_H
#define VACTL_ELFFILE_H

#include "message.h"

struct elffile {
	unsigned char class, data; /* ELFCLASS64, ELFDATA2LSB */
	uint16_t type, machine;    /* ET_*, EM_* */
	bool dynamic;              /* it has an interpreter: ld.so */
	char interpreter[PATH_MAX];
};

/* Reads an open file. Returns 0, -ENOEXEC if it is no ELF file or a broken one, or -errno.
 * Of a file of another class or byte order reads only class, data and, of the same byte
 * order, type and machine. */
int elffile_read(int fd, struct elffile *elf);

/* Whether both files are for one machine. */
bool elffile_alike(const struct elffile *a, const struct elffile *b);

/* Reads a file like elffile_read(). SELF is vactl's own, which is for this machine. */
#define ELFFILE_SELF "/proc/self/exe"
int elffile_load(const char *path, struct elffile *elf);

#endif
