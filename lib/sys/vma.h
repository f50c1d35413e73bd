/* SPDX-License-Identifier: MIT */
/*
 * Extents of mappings that the library has not made. Sources, the fastest first: PROCMAP_QUERY
 * (Linux 6.11), the kernel's list, and probes (feel.h).
 */
#ifndef VALIMIT_SYS_VMA_H
#define VALIMIT_SYS_VMA_H

#include "core/procmaps.h"
#include "feel.h"

struct vma_look {
	struct vma_bounds bounds;
	struct span range; /* the part that is still to be looked at */
	int fd;            /* of the kernel's list; negative: it cannot be opened */
	bool answers;      /* the kernel knows PROCMAP_QUERY */
	bool failed;       /* the kernel does not tell what is mapped */
	int left;          /* extents that this look may still report */
};

/* Begins a look at the mappings in [start, end). */
struct vma_look vma_begin(struct vma_bounds bounds, uintptr_t start, uintptr_t end);

/* Finds the whole extent of the next mapping that touches the range, in ascending order. False
 * at the end, when the look has closed its descriptor. */
bool vma_next(struct vma_look *look, struct vma_facts *found);

/* Finds the mapping at `address`, or the next one above it, by the kernel's list. False if
 * there is none, or no list. */
bool vma_at(uintptr_t address, struct vma_facts *facts);

/* Calls `visit`, which never returns a negative value, for each mapping that ends above `from`,
 * in ascending order, until it returns nonzero. Lines have no names if the kernel answers
 * PROCMAP_QUERY. Returns 0, the visitor's nonzero answer, or -errno if the kernel does not
 * tell. */
typedef long vma_visit(const struct procmaps_line *line, void *context);
long vma_each(uintptr_t from, vma_visit *visit, void *context);

/* Whether up to `count` mappings fill [start, end). */
bool vma_fills(const struct vma_bounds *bounds, uintptr_t start, uintptr_t end, int count);

#endif
