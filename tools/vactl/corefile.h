/* SPDX-License-Identifier: MIT */
/*
 * A core file, written by the kernel or by a debugger: what was mapped, and
 * the bytes that are in it. The file may be cut short or made to hurt: every
 * offset is checked, and what is not there cannot be read.
 */
#ifndef VACTL_CORE_H
#define VACTL_CORE_H

#include <stddef.h>
#include <stdint.h>

#include "vmas.h"

/* A mapping, and where in the file its first bytes are. */
struct core_segment {
	uint64_t start, end; /* addresses */
	uint64_t offset;     /* bytes into the file */
	uint64_t bytes;      /* in the file; the rest was not dumped */
};

#define CORE_COMMAND_MAX 81

struct core {
	int fd;                       /* -1: not open */
	uint64_t size;                /* of the file */
	uint64_t wanted;              /* what it would be if it were whole */
	struct core_segment *segment; /* ascending */
	size_t count;
	int pid;                      /* 0: the file does not tell */
	char command[CORE_COMMAND_MAX];
};

/* Opens a core and lists its mappings; their names are those of files only.
 * Returns NULL, or a phrase that follows "cannot read the core file X: ". Fine
 * or not, core_close() and vmas_free() then. */
const char *core_open(const char *path, struct core *core, struct vmas *vmas);
void core_close(struct core *core);

/* Copies memory of the process. Returns 0; -EFAULT where not all of it was
 * dumped, -ENODATA where the file is cut short before it, or another -errno. */
int core_read(const struct core *core, uint64_t address, void *to, size_t length);

#endif
