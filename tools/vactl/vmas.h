/* SPDX-License-Identifier: MIT */
/* The kernel's list of a process's mappings: /proc/PID/maps as a whole. */
#ifndef VACTL_VMAS_H
#define VACTL_VMAS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>

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

/* Address space without access and without a file: nothing is in it. */
static inline bool vma_reserved(const struct procmaps_line *vma)
{
	return vma->prot == PROT_NONE && !vma->inode;
}

/* What /proc/PID/smaps has of each mapping, for which the kernel walks all page
 * tables. */
enum usage_kind { USAGE_RSS, USAGE_PSS, USAGE_SWAP, USAGE_DIRTY, USAGE_THP };
#define USAGES 5

struct smaps {
	struct smaps_line {
		uintptr_t start, end;
		uint64_t bytes[USAGES];
		bool grows; /* downwards, as the main stack does and its pieces */
	} * line;           /* ascending */
	size_t count, room;
};

/* Leaves the list empty if the file cannot be read. */
void smaps_read(int pid, struct smaps *smaps);
void smaps_free(struct smaps *smaps);

/* The mapping at `start`; NULL: the list has none that begins there. */
const struct smaps_line *smaps_at(const struct smaps *smaps, uintptr_t start);

/* The memory of the mapping [start, end); NULL: the list has no such one. */
const uint64_t *smaps_of(const struct smaps *smaps, uintptr_t start, uintptr_t end);

#endif
