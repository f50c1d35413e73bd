/* SPDX-License-Identifier: MIT */
/*
 * The room below mappings that grow downwards. The kernel refuses a hint within its guard
 * gap but allows MAP_FIXED_NOREPLACE there, and a neighbour in the gap makes the next
 * growth of the stack fault. So the table keeps the room free.
 */
#ifndef VALIMIT_FENCE_STACK_GUARD_H
#define VALIMIT_FENCE_STACK_GUARD_H

#include "stack.h"
#include "table/space.h"

/* Keeps the guard gap below the growing mapping that begins at `start` free in the table. */
void guard_below(struct space *space, uintptr_t start);

/* Keeps room in the table for the main stack to grow to RLIMIT_STACK, if the stack lies in
 * the window. */
void guard_stack(struct space *space);

/* Grows the main stack to RLIMIT_STACK if it lies outside the window, and leaves the room
 * below it to the fence. */
void guard_leave_stack(struct space *space);

/* Whether a mapping that ends at `end`, in the window, would lie in the guard gap of a
 * mapping that grows downwards; *start is that mapping's present start. Call without the
 * lock. */
bool guard_near(struct space *space, uintptr_t end, uintptr_t *start);

#endif
