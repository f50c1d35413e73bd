/* SPDX-License-Identifier: MIT */
/*
 * The extent of an unseen mapping, in one question where the kernel answers it:
 * PROCMAP_QUERY (Linux 6.11), else a reading of the list, else, without /proc,
 * mincore.
 */
#ifndef VALIMIT_SYS_VMA_H
#define VALIMIT_SYS_VMA_H

#include "core/procmaps.h"
#include "core/window.h"
#include "sys.h"

/* What the kernel says of a mapping. */
struct obstacle_facts {
	struct span span;
	int prot;       /* without mincore's knowledge: all that there is */
	bool anonymous; /* no file is behind it */
};

/* Whether it only keeps addresses, as fence does. */
static inline bool obstacle_reserves(const struct obstacle_facts *facts)
{
	return facts->prot == PROT_NONE && facts->anonymous;
}

/* What a look without the kernel's list has to know. */
struct vma_bounds {
	size_t page;        /* bytes */
	uintptr_t min, top; /* user space */
	bool fenced;        /* mappings have no end that could be felt for */
};

struct obstacle {
	struct vma_bounds bounds;
	struct span range; /* what is left to look at */
	int fd;            /* of the list; -1: there is none */
	bool answers;      /* the kernel knows PROCMAP_QUERY */
	bool failed;       /* it does not say what is there */
	int left;          /* extents that one look may still report */
};

/* Begins to look at what is mapped in [start, end). */
struct obstacle obstacle_begin(struct vma_bounds bounds, uintptr_t start, uintptr_t end);

/* The next mapping that touches the range, whole, in ascending order; false
 * at the end, or where it failed, when everything is closed again. Without a
 * list it is felt for with mincore: where there should be one, what lies in the
 * range of it, and nothing beside a fence. */
bool obstacle_next(struct obstacle *obstacle, struct obstacle_facts *found);

/* The mapping at `address`, or the next above it. 1; 0 where there is none; or
 * -errno where nobody can tell. */
long obstacle_look(uintptr_t address, struct obstacle_facts *facts);

/* The same, where it makes no difference why there is none. */
static inline bool obstacle_at(uintptr_t address, struct obstacle_facts *facts)
{
	return obstacle_look(address, facts) == 1;
}

/* Calls `visit`, which answers no negative, for each mapping that ends above `from`, in
 * ascending order, until it returns other than 0. Lines have names only where the kernel
 * is not asked one by one. 0, what visit returned, or -errno where nobody can tell. */
typedef long vma_visit(const struct procmaps_line *line, void *context);
long vma_each(uintptr_t from, vma_visit *visit, void *context);

/* Whether mappings fill [start, end); false also where nobody can tell. */
bool obstacle_fills(uintptr_t start, uintptr_t end);

#endif
