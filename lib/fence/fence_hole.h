/* SPDX-License-Identifier: MIT */
/*
 * Holes of the fence: a call that moves or unmaps leaves one for a moment, and the
 * kernel may refuse to close one. They are filled with MAP_FIXED_NOREPLACE only, since
 * something may have been placed there.
 */
#ifndef VALIMIT_FENCE_FENCE_HOLE_H
#define VALIMIT_FENCE_FENCE_HOLE_H

#include "table/claim.h"
#include "table/space.h"

/* Ends a claim whose range is a hole now: what is held of it (table/held.h) is filled. An
 * unseen mapping that was placed there meanwhile stays, and becomes known. What
 * the kernel refuses to fence is tried again by a later call. */
void fence_vacate(struct space *space, struct claim *claim);

/* Finds holes in what is held of [start, end), by the kernel's word, and closes them. */
void fence_patch(struct space *space, uintptr_t start, uintptr_t end);

/* Fences what the kernel has free of the span, without asking the table. */
void fence_fill(struct space *space, struct span span);

/* Of the span some may be open, which the kernel has refused to close; and tries all
 * that is so once more. */
void fence_owe(struct space *space, struct span span);
void fence_pay_owed(struct space *space);
static inline void fence_pay(struct space *space)
{
	if (__atomic_load_n(&space->owes, __ATOMIC_RELAXED))
		fence_pay_owed(space);
}

#endif
