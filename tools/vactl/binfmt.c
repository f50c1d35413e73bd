/* SPDX-License-Identifier: MIT */
#include "binfmt.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "core/mark.h"
#include "elffile.h"

/* Of an ELF file: up to the launcher's mark. */
#define MAGIC_SIZE (MARK_AT + 1)
#define ESCAPED_SIZE (4 * MAGIC_SIZE + 1)

/* Which bytes a file must have: the bits of the mask are compared. */
struct magic {
	unsigned char value[MAGIC_SIZE], mask[MAGIC_SIZE];
};

static void want(struct magic *magic, size_t at, unsigned int value, unsigned int mask)
{
	magic->value[at] = (unsigned char)value;
	magic->mask[at] = (unsigned char)mask;
}

/* Sixteen bits, in the machine's order, as the file has them. */
static void want_half(struct magic *magic, size_t at, Elf64_Half value, Elf64_Half mask)
{
	memcpy(magic->value + at, &value, sizeof(value));
	memcpy(magic->mask + at, &mask, sizeof(mask));
}

/* Programs for this machine, fixed or not, and not the launcher. */
static int make_magic(struct magic *magic)
{
	struct elffile self;
	int err = elffile_self(&self);

	if (err)
		return err;
	*magic = (struct magic){ { 0 }, { 0 } };
	for (size_t i = 0; i < SELFMAG; i++)
		want(magic, i, (unsigned char)ELFMAG[i], 0xff);
	want(magic, EI_CLASS, self.class, 0xff);
	want(magic, EI_DATA, self.data, 0xff);
	want(magic, EI_VERSION, EV_CURRENT, 0xff);
	want(magic, MARK_AT, 0, 0xff);
	/* ET_EXEC and ET_DYN differ in the lowest bit. */
	want_half(magic, offsetof(Elf64_Ehdr, e_type), ET_EXEC, (Elf64_Half)~(ET_EXEC ^ ET_DYN));
	want_half(magic, offsetof(Elf64_Ehdr, e_machine), self.machine, 0xffff);
	return 0;
}

static void escape(char text[ESCAPED_SIZE], const unsigned char bytes[MAGIC_SIZE])
{
	for (size_t i = 0; i < MAGIC_SIZE; i++)
		snprintf(text + 4 * i, 5, "\\x%02x", bytes[i]);
}

static int write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int err;

	if (fd < 0)
		return -errno;
	err = write(fd, text, strlen(text)) < 0 ? -errno : 0;
	close(fd);
	return err;
}

/* P: the launcher is told argv[0]; O: it is given the program's open file, also
 * where it may not read that; F: it is opened now, whatever its path means to
 * those who start programs. */
int binfmt_register(int fd)
{
	char value[ESCAPED_SIZE], mask[ESCAPED_SIZE], line[2 * ESCAPED_SIZE + 64];
	struct magic magic;
	int err = make_magic(&magic);

	if (err)
		return err;
	if (mount("valimit", BINFMT_FOLDER, "binfmt_misc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL))
		return -errno;
	escape(value, magic.value);
	escape(mask, magic.mask);
	snprintf(line, sizeof(line), ":valimit:M::%s:%s:/proc/self/fd/%d:POF", value, mask, fd);
	return write_text(BINFMT_FOLDER "/register", line);
}
