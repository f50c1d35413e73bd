/* SPDX-License-Identifier: MIT */
/* The main thread's stack: it grows, and a fence must not be in its way. */
#ifndef VALIMIT_FENCE_STACK_H
#define VALIMIT_FENCE_STACK_H

#include "table/space.h"

/* Bytes that the kernel keeps free below a growing mapping (stack_guard_gap). */
static inline size_t guard_size(const struct space *space)
{
	return 256 * space->page;
}

/* The lowest address that the main stack may grow to: to its limit, or to the
 * guard gap above what the table has below it. */
uintptr_t stack_lowest(struct space *space);

/* Bytes below the main stack's present end that belong to it: all that it may
 * grow to, and the kernel's guard gap. */
size_t stack_room(const struct space *space);

/* Where that begins, whatever lies there by now. */
uintptr_t stack_room_start(const struct space *space);

/* Grows the main stack as far as it may at once, so that what is left below it can be
 * fenced without a gap that the kernel could fall back to. */
void stack_grow(struct space *space);

#endif
