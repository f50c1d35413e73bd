/* SPDX-License-Identifier: MIT */
/* The kernel's own list of a process's mappings: /proc/PID/maps as a whole. */
#ifndef VACTL_VMAS_H
#define VACTL_VMAS_H

#include <stddef.h>
#include <stdint.h>

#include "core/procmaps.h"

/* In `prot` and `shared` of a line, where a core does not tell. */
#define VMA_UNKNOWN (-1)

struct vmas {
	char *text;                 /* what the names point into */
	struct procmaps_line *line; /* ascending */
	size_t count;
};

/* Returns 0, or -errno: -ENOENT and -ESRCH where the process is gone, -EACCES
 * where it may not be looked at. Fine or not, vmas_free() then. */
int vmas_read(int pid, struct vmas *vmas);
void vmas_free(struct vmas *vmas);

/* The first mapping that ends above `address`; `count` where none does. */
size_t vmas_seek(const struct vmas *vmas, uint64_t address);

/* "rw-p", as the kernel writes it, with question marks for what is not known;
 * VMAS_PERM_MAX bytes. */
#define VMAS_PERM_MAX 5
void vmas_permissions(const struct procmaps_line *vma, char *text);

/* The mapping that holds `address`; NULL: none. */
const struct procmaps_line *vmas_find(const struct vmas *vmas, uint64_t address);

#endif
