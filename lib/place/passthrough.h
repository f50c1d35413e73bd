/* SPDX-License-Identifier: MIT */
/*
 * Passthrough: the kernel places guests' mappings. While a fence stands, the kernel can
 * only place in the window; and if the user asks for no other policy than the kernel's own,
 * its choice is the library's. So guests' calls are passed on unchanged, and the table does
 * not follow mappings in the window: nothing is faster, or behaves more like the kernel.
 */
#ifndef VALIMIT_PLACE_PASSTHROUGH_H
#define VALIMIT_PLACE_PASSTHROUGH_H

#include "area.h"
#include "table/held.h"
#include "table/space.h"

/* Whether the kernel places a guest's new mapping. */
static inline bool passthrough_places(const struct space *space, const struct area *area)
{
	return space->passthrough && area->kind == AREA_WINDOW;
}

/* Whether the table does not follow the range: it lies in the window and in no reservation,
 * and the library has placed no mapping in the window. */
inline bool passthrough_holds(const struct space *space, uintptr_t start, size_t length)
{
	return space->passthrough && !__atomic_load_n(&space->placed_inside, __ATOMIC_RELAXED) &&
	       space_inside(space, start, length) && !reserved_any(space, start, start + length);
}

/* Whether the range touches the reserve at the window's top. */
static inline bool passthrough_keeps(const struct space *space, uintptr_t start, size_t length)
{
	const struct table *table = space->table;
	uintptr_t edge = __atomic_load_n(&table->edge, __ATOMIC_ACQUIRE);

	return edge != 0 && start < table->edge_end && start + length > edge;
}

/* Call after the fence is raised: decides whether calls are passed on. If so, a reserve of
 * random size is kept back at the window's top, so that the kernel's choices begin at a
 * random address (ASLR). */
void passthrough_start(struct space *space);

/* Gives back the reserve at the window's top. True if it is not there any more, whichever call
 * has given it back. */
bool passthrough_yield_kept(struct space *space);

/* Gives back the reserve, if it is there. True if it was there, and is not any more: then a
 * call that has failed for want of room is made again. */
static inline bool passthrough_yield(struct space *space)
{
	return __atomic_load_n(&space->table->edge, __ATOMIC_ACQUIRE) &&
	       passthrough_yield_kept(space);
}

/* Gives back the reserve, if [start, start + length) touches it. */
static inline bool passthrough_yield_for(struct space *space, uintptr_t start, size_t length)
{
	return passthrough_keeps(space, start, length) && passthrough_yield_kept(space);
}

/* After the kernel's mapping in the range was unmapped: drops it from the table, which may
 * have learnt of it while the window changed, and closes all holes of the fence. */
void passthrough_left(struct space *space, uintptr_t start, uintptr_t end);

/* Unmaps a mapping that the kernel has placed outside, in a hole that another call had
 * opened, and replaces it with fence in one step. A PROT_NONE mapping looks like fence, so
 * another call may have replaced it by now: that call's mapping stays. False, with the
 * mapping in place, where the table cannot be had. */
bool passthrough_give_back(struct space *space, uintptr_t start, size_t length);

/* Unmaps a mapping that the kernel has placed outside. False where it stays. */
typedef bool passthrough_undo(struct space *space, uintptr_t address, size_t length);

/* Whether to repeat a call that the kernel has placed. After an ENOMEM, yes if the reserve
 * has been given back for it. After an address outside, in a hole that the fence has while
 * the window changes, yes if `undo` has unmapped it and the hole is closed. Otherwise
 * *result is the answer. *tries begins with 0. */
bool passthrough_again(struct space *space, long *result, size_t length, passthrough_undo *undo,
		       int *tries);

#endif
