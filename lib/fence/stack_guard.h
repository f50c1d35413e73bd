/* SPDX-License-Identifier: MIT */
/*
 * The room below mappings that grow downwards. The kernel refuses a hint within
 * its guard gap but lets MAP_FIXED_NOREPLACE through, and a neighbour there
 * makes the stack's next growth fault: so the table keeps it free.
 */
#ifndef VALIMIT_FENCE_STACK_GUARD_H
#define VALIMIT_FENCE_STACK_GUARD_H

#include "stack.h"
#include "table/space.h"

/* Keeps the room below the growing mapping that begins at `start`. */
void guard_below(struct space *space, uintptr_t start);

/* Keeps room for the main stack to grow to its limit, where it lies in the
 * window. */
void guard_stack(struct space *space);

/* The main stack, where it lies outside the window, grows to its limit, and the
 * room below it is the fence's. */
void guard_leave_stack(struct space *space);

/* Outside the lock: whether [.., end) of the window would end in the guard gap of a
 * mapping that grows downwards, as far as that has grown by now: to *start. */
bool guard_near(struct space *space, uintptr_t end, uintptr_t *start);

#endif
