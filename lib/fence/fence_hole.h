/* SPDX-License-Identifier: MIT */
/*
 * Holes in what is held (table/held.h). A call that moves or unmaps leaves one for a
 * moment, and the kernel may refuse to fill one. They are filled with MAP_FIXED_NOREPLACE
 * only, since an unseen mapping may have been placed there.
 */
#ifndef VALIMIT_FENCE_FENCE_HOLE_H
#define VALIMIT_FENCE_FENCE_HOLE_H

#include "table/claim.h"
#include "table/space.h"

/* Ends a claim whose range is a hole now: fills all of it that is held. An unseen mapping
 * that was placed there meanwhile stays, and gets into the table. A hole that the kernel
 * refuses to fill is tried again by a later call. */
void fence_refill(struct space *space, struct claim *claim);

/* Finds holes in what is held of [start, end), by the kernel's list, and fills them. */
void fence_patch(struct space *space, uintptr_t start, uintptr_t end);

/* Fences every address of the span that the kernel has free, without asking the table. */
void fence_fill(struct space *space, struct span span);

/* Tries once more to fill the holes that the kernel has refused to fill. */
void fence_retry_holes(struct space *space);
static inline void fence_retry(struct space *space)
{
	if (__atomic_load_n(&space->holes.unfilled, __ATOMIC_RELAXED))
		fence_retry_holes(space);
}

#endif
