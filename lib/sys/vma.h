/* SPDX-License-Identifier: MIT */
/*
 * The extent of an unseen mapping, in one question where the kernel answers it:
 * PROCMAP_QUERY (Linux 6.11), else a reading of the list, else it is felt for
 * (feel.h).
 */
#ifndef VALIMIT_SYS_VMA_H
#define VALIMIT_SYS_VMA_H

#include "core/procmaps.h"
#include "feel.h"

struct vma_look {
	struct vma_bounds bounds;
	struct span range; /* what is left to look at */
	int fd;            /* of the list; negative: there is none */
	bool answers;      /* the kernel knows PROCMAP_QUERY */
	bool failed;       /* it does not say what is there */
	int left;          /* extents that one look may still report */
};

/* Begins to look at what is mapped in [start, end). */
struct vma_look vma_begin(struct vma_bounds bounds, uintptr_t start, uintptr_t end);

/* The next mapping that touches the range, whole, in ascending order; false
 * at the end, when everything is closed again. */
bool vma_next(struct vma_look *look, struct vma_facts *found);

/* The mapping at `address`, or the next above it, by the kernel's list. False where
 * there is none, or no list. */
bool vma_at(uintptr_t address, struct vma_facts *facts);

/* Calls `visit`, which answers no negative, for each mapping that ends above `from`, in
 * ascending order, until it returns other than 0. Lines have names only where the kernel
 * is not asked one by one. 0, what visit returned, or -errno where the kernel cannot tell. */
typedef long vma_visit(const struct procmaps_line *line, void *context);
long vma_each(uintptr_t from, vma_visit *visit, void *context);

/* Whether mappings fill [start, end), no more of them than `count`. */
bool vma_fills(const struct vma_bounds *bounds, uintptr_t start, uintptr_t end, int count);

#endif
