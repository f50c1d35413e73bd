/* SPDX-License-Identifier: MIT */
/*
 * Holes in held addresses (table/held.h). A call that moves or unmaps leaves a hole for a
 * moment, and the kernel may refuse to fill one. A hole is filled with MAP_FIXED_NOREPLACE
 * only, since an unseen call may have placed a mapping there.
 */
#ifndef VALIMIT_FENCE_FENCE_HOLE_H
#define VALIMIT_FENCE_FENCE_HOLE_H

#include "table/claim.h"
#include "table/space.h"

/* Ends a claim whose range is a hole now: fills its held addresses. An unseen mapping that
 * was placed there meanwhile stays, and enters the table. Where the kernel refuses to fill
 * a hole, a later call tries again. */
void fence_refill(struct space *space, struct claim *claim);

/* Finds the holes in the held addresses of [start, end), by the kernel's list, and fills
 * them. */
void fence_patch(struct space *space, uintptr_t start, uintptr_t end);

/* Fences every address of the span that the kernel has free, without asking the table. */
void fence_fill(struct space *space, struct span span);

/* Tries again to fill the holes that the kernel has refused to fill, if there are any. */
void fence_retry_holes(struct space *space);
static inline void fence_retry(struct space *space)
{
	if (__atomic_load_n(&space->holes.unfilled, __ATOMIC_RELAXED))
		fence_retry_holes(space);
}

#endif
