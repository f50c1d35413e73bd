/* SPDX-License-Identifier: MIT */
/*
 * A core file, written by the kernel, by a debugger or by vactl: the mappings, and the
 * bytes of them that it has. The file may be cut short or hostile: every offset is
 * checked.
 */
#ifndef VACTL_COREFILE_H
#define VACTL_COREFILE_H

#include "vmas.h"

struct reading;

/* A mapping, and the place in the file of its first bytes. */
struct corefile_segment {
	uint64_t start, end; /* addresses */
	uint64_t offset;     /* bytes into the file */
	uint64_t bytes;      /* in the file; the rest was not dumped */
};

#define COREFILE_COMMAND_MAX 81

struct corefile {
	int fd;                       /* -1: not open */
	uint64_t size;                /* of the file */
	uint64_t wanted;              /* the size of the whole file, by its headers */
	struct corefile_segment *segment; /* ascending */
	size_t count;
	int pid;                      /* 0: the file does not tell */
	char command[COREFILE_COMMAND_MAX];
};

/* Opens a core file and lists its mappings, with names of files only. Returns NULL, or a
 * phrase that follows "cannot read the core file X: ". Call corefile_close() and
 * vmas_free() in any case. */
const char *corefile_open(const char *path, struct corefile *core, struct vmas *vmas);
void corefile_close(struct corefile *core);

/* Copies memory of the process. Returns 0; -EFAULT if not all of it was dumped,
 * -ENODATA if the file ends before it, or another -errno. */
int corefile_read(const struct corefile *core, uint64_t address, void *to, size_t length);

/* Writes a snapshot of a good reading (save.c): a core file with all mappings, but with no
 * memory except the table. Every reader of core files can read it. `title` is the command
 * line. Errors are the stream's. */
void save_write(const struct reading *reading, const char *title, FILE *out);

#endif
