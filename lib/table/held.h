/* SPDX-License-Identifier: MIT */
/*
 * What is held: addresses that are never empty, since memory without access rights
 * keeps everybody out. Outside the window that is the fence, while it stands; and
 * wherever they lie, the program's own reservations (valimit_reserve).
 *
 * The tree has the free part of a reservation as KIND_RESERVED. Which addresses are
 * reserved, mapped or not, is told without the lock.
 */
#ifndef VALIMIT_TABLE_HELD_H
#define VALIMIT_TABLE_HELD_H

#include "space.h"

/* Whether any of [start, end) is reserved; whether all is. */
bool reserved_touch(const struct space *space, uintptr_t start, uintptr_t end);
bool reserved_all(const struct space *space, uintptr_t start, uintptr_t end);

inline bool reserved_any(const struct space *space, uintptr_t start, uintptr_t end)
{
	return __atomic_load_n(&space->reserves, __ATOMIC_RELAXED) &&
	       reserved_touch(space, start, end);
}

/* The first piece of the span that is reserved; empty where none is. */
struct span reserved_first(const struct space *space, struct span span);

/* Inside the lock: reserves all of the span, or none of it. False where there would be
 * too many reservations. */
bool reserved_set(struct space *space, struct span span, bool reserve);

/* Whether nothing is held, wherever. */
inline bool held_none(const struct space *space)
{
	return !space_fenced(space) && !__atomic_load_n(&space->reserves, __ATOMIC_RELAXED);
}

/* Whether any of [start, end) is held; where something is. */
bool held_there(const struct space *space, uintptr_t start, uintptr_t end);
inline bool held_any(const struct space *space, uintptr_t start, uintptr_t end)
{
	return !held_none(space) && held_there(space, start, end);
}

/* The nearest address above `at` where what is held begins or ends; at most `end`. */
uintptr_t held_border(const struct space *space, uintptr_t at, uintptr_t end);

/* The first piece of the span that is held, all of one sort; empty where none is. */
struct span held_first(const struct space *space, struct span span);

#endif
