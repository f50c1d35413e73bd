/* SPDX-License-Identifier: MIT */
/*
 * Held addresses: no call may map there unasked, since memory without access rights covers
 * them. Outside the window that is the fence, while it stands; anywhere, the program's own
 * reservations (valimit_reserve()).
 *
 * The tree has the free part of a reservation as KIND_RESERVED. The list of reservations is
 * read without the lock.
 */
#ifndef VALIMIT_TABLE_HELD_H
#define VALIMIT_TABLE_HELD_H

#include "space.h"

/* Whether any address of [start, end) is reserved; reserved_any() is the fast path. */
bool reserved_touch(const struct space *space, uintptr_t start, uintptr_t end);

/* Whether every address of [start, end) is in one reservation. */
bool reserved_all(const struct space *space, uintptr_t start, uintptr_t end);

inline bool reserved_any(const struct space *space, uintptr_t start, uintptr_t end)
{
	return __atomic_load_n(&space->reserves, __ATOMIC_RELAXED) &&
	       reserved_touch(space, start, end);
}

/* The first part of the span that is reserved; empty where there is none. */
struct span reserved_first(const struct space *space, struct span span);

/* Reserves all of the span (`reserve`), or ends its reservations. False, with nothing
 * changed, where there would be more than RESERVES_MAX. Call inside the lock. */
bool reserved_set(struct space *space, struct span span, bool reserve);

/* Whether no address is held: no fence stands, and the program has never reserved any. */
inline bool held_none(const struct space *space)
{
	return !space_fenced(space) && !__atomic_load_n(&space->reserves, __ATOMIC_RELAXED);
}

/* Whether any address of [start, end) is held; held_any() is the fast path. */
bool held_there(const struct space *space, uintptr_t start, uintptr_t end);
inline bool held_any(const struct space *space, uintptr_t start, uintptr_t end)
{
	return !held_none(space) && held_there(space, start, end);
}

/* The nearest address above `at` where held addresses begin or end, or the fence meets a
 * reservation; at most `end`. */
uintptr_t held_border(const struct space *space, uintptr_t at, uintptr_t end);

/* The first part of the span that is held, by the fence or by one reservation; empty where
 * there is none. */
struct span held_first(const struct space *space, struct span span);

#endif
