/* SPDX-License-Identifier: MIT */
/* The kernel's list of a process's mappings: /proc/PID/maps as a whole. */
#ifndef VACTL_VMAS_H
#define VACTL_VMAS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "array.h"
#include "core/procmaps.h"

/* `prot` and `shared` of a line if a core file does not tell. */
#define VMA_UNKNOWN (-1)

struct vmas {
	char *text;                 /* what the names point into */
	struct procmaps_line *line; /* ascending */
	size_t count;
};

/* Returns 0, or -errno: -ENOENT and -ESRCH if the process is gone, -EACCES if it
 * may not be looked at. Call vmas_free() in any case. */
int vmas_read(int pid, struct vmas *vmas);
void vmas_free(struct vmas *vmas);

/* The first mapping that ends above `address`; `count` if none does. */
static inline size_t vmas_seek(const struct vmas *vmas, uint64_t address)
{
	return array_seek(vmas->line, vmas->count, sizeof(*vmas->line), address);
}

/* The mapping that holds `address`; NULL: none. */
static inline const struct procmaps_line *vmas_find(const struct vmas *vmas, uint64_t address)
{
	size_t at = vmas_seek(vmas, address);

	return at < vmas->count && vmas->line[at].start <= address ? &vmas->line[at] : NULL;
}

/* What /proc/PID/smaps has of each mapping, for which the kernel walks all page
 * tables. */
struct resident {
	struct resident_line {
		uintptr_t start, end;
		uint64_t bytes; /* resident */
		bool grows;     /* downwards, as the main stack does and its pieces */
	} *line; /* ascending */
	size_t count, room;
};

/* Leaves the list empty if the file cannot be read. */
void resident_read(int pid, struct resident *resident);
void resident_free(struct resident *resident);

/* The mapping at `start`; NULL: the list has none that begins there. */
const struct resident_line *resident_at(const struct resident *resident, uintptr_t start);

/* Resident bytes of the mapping [start, end); false if the list has no such one. */
bool resident_of(const struct resident *resident, uintptr_t start, uintptr_t end,
		 uint64_t *bytes);

#endif
