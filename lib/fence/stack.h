/* SPDX-License-Identifier: MIT */
/* The main thread's stack: it grows downwards, and the fence must leave its room. */
#ifndef VALIMIT_FENCE_STACK_H
#define VALIMIT_FENCE_STACK_H

#include "table/space.h"

/* Bytes that the kernel keeps free below a growing mapping (stack_guard_gap, 256 pages). */
static inline size_t guard_size(const struct space *space)
{
	return 256 * space->page;
}

/* The lowest address that the main stack may grow to: by RLIMIT_STACK, or the guard gap
 * above the next mapping below that the table has. */
uintptr_t stack_lowest(struct space *space);

/* Bytes from the main stack's end, its highest address, down to the end of its room: the most
 * that it may grow to, plus the kernel's guard gap. */
size_t stack_room(const struct space *space);

/* Start of the main stack's room, whether or not other mappings lie in it by now. */
uintptr_t stack_room_start(const struct space *space);

/* Grows the main stack to its lowest address at once. The rest below it can then be fenced
 * without a gap in which the kernel could place mappings. */
void stack_grow(struct space *space);

#endif
