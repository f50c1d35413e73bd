/* SPDX-License-Identifier: MIT */
/*
 * Leaving it to the kernel. While a fence stands, whatever the kernel places
 * is in the window; and where the user asks for no other policy than the
 * kernel's own, its choice is the one that we would make. So guest calls are
 * passed on as they are, and the table does not follow what lies in the window:
 * nothing is faster, and nothing behaves more like the kernel.
 */
#ifndef VALIMIT_PLACE_PASSTHROUGH_H
#define VALIMIT_PLACE_PASSTHROUGH_H

#include "area.h"
#include "table/held.h"
#include "table/space.h"

/* Whether a guest's new mapping is the kernel's to place. */
static inline bool passthrough_places(const struct space *space, const struct area *area)
{
	return space->passthrough && area->kind == AREA_WINDOW;
}

/* Whether the table does not follow what happens in the range: it lies in the
 * window and in no reservation, and nothing there was placed by the library. */
inline bool passthrough_holds(const struct space *space, uintptr_t start, size_t length)
{
	return space->passthrough && !__atomic_load_n(&space->placed_inside, __ATOMIC_RELAXED) &&
	       space_inside(space, start, length) && !reserved_any(space, start, start + length);
}

/* Whether the range touches what is kept back of the window's top. */
static inline bool passthrough_keeps(const struct space *space, uintptr_t start, size_t length)
{
	const struct table *table = space->table;
	uintptr_t edge = __atomic_load_n(&table->edge, __ATOMIC_ACQUIRE);

	return edge != 0 && start < table->edge_end && start + length > edge;
}

/* After a fence was raised: whether calls are passed on from now on; if so, a
 * random part of the window's top is kept back, so that the kernel's choices
 * begin at a random place. */
void passthrough_start(struct space *space);

/* Gives back what is kept of the window's top: always, or where [start, start +
 * length) needs some of it. True where there was something to give. */
bool passthrough_yield_kept(struct space *space);
static inline bool passthrough_yield(struct space *space)
{
	return __atomic_load_n(&space->table->edge, __ATOMIC_ACQUIRE) &&
	       passthrough_yield_kept(space);
}

static inline bool passthrough_yield_for(struct space *space, uintptr_t start, size_t length)
{
	return passthrough_keeps(space, start, length) && passthrough_yield_kept(space);
}

/* The kernel has nothing in the range any more: the table, which may have learnt
 * of it when the limits changed, follows; and all of the fence is closed. */
void passthrough_left(struct space *space, uintptr_t start, uintptr_t end);

/* Takes back what the kernel has placed outside the window, in a hole that another
 * call had opened; fence takes its place in one step. Memory that may not be accessed
 * looks like fence, so its place may be another call's by now: then nothing is left to
 * take back. False, and it stays, where the table cannot be had. */
bool passthrough_give_back(struct space *space, uintptr_t start, size_t length);

/* After a call that the kernel placed: whether it is to be made again. Where it
 * failed for want of room, what was kept back has been given up for it; where
 * its answer lies in a hole that the fence does not have, as while the limits
 * change, it has been undone and the hole closed. Else *result is the answer.
 * Begin with *tries 0. */
typedef bool passthrough_undo(struct space *space, uintptr_t address, size_t length);
bool passthrough_again(struct space *space, long *result, size_t length, passthrough_undo *undo,
		       int *tries);

#endif
