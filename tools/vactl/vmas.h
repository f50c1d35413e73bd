/* SPDX-License-Identifier: MIT */
/* The kernel's list of a process's mappings. */
#ifndef VACTL_VMAS_H
#define VACTL_VMAS_H

#include <sys/mman.h>

#include "core/procmaps.h"
#include "message.h"

/* Value of `prot` and `shared` that a core file does not tell. */
#define VMA_UNKNOWN (-1)

/* Figures of a mapping in /proc/PID/smaps. */
enum usage_kind { USAGE_RSS, USAGE_PSS, USAGE_SWAP, USAGE_DIRTY, USAGE_THP };
#define USAGES 5
struct vma_usage {
	uint64_t bytes[USAGES];
	bool grows; /* downwards: it is the main stack or a piece of it */
};

struct vmas {
	char *text;                 /* the names point into it */
	struct procmaps_line *line; /* ascending; their names are terminated */
	struct vma_usage *usage;    /* for each line; NULL: not read */
	size_t count;
};

/* Reads /proc/PID/maps, or with `usage` smaps, for which the kernel walks all page
 * tables. Returns 0, or -errno: -ENOENT and -ESRCH if the process is gone, -EACCES if it
 * may not be looked at. Call vmas_free() in any case. */
int vmas_read(int pid, bool usage, struct vmas *vmas);
void vmas_free(struct vmas *vmas);

/* The number of the first mapping that ends above `address`; `count` if none does. */
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

/* The figures of the mapping [start, end); NULL: the list has no such mapping. */
static inline const struct vma_usage *vmas_usage(const struct vmas *vmas, uint64_t start,
						 uint64_t end)
{
	const struct procmaps_line *line = vmas_find(vmas, start);

	return line && line->start == start && line->end == end ?
		       &vmas->usage[line - vmas->line] : NULL;
}

/* Whether a mapping only reserves addresses, without access and without a file. */
static inline bool vma_reserved(const struct procmaps_line *vma)
{
	return vma->prot == PROT_NONE && !vma->inode;
}

/* Whether one of the globs matches the whole path of the mapping's file or its last part,
 * as in VA_LIMIT_HOST. */
bool vma_matches(const struct procmaps_line *vma, const char *globs);

/* The use of a mapping of the list, as far as the list tells: "stack", "heap",
 * "arena", "image", "file", "shm", "vdso", "table", "reserve" or "data". */
const char *vma_type(const struct vmas *vmas, const struct procmaps_line *vma);

#endif
