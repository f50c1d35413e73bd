/* SPDX-License-Identifier: MIT */
/*
 * The memory of the table: one region outside the window, reserved whole and
 * made usable piece by piece, in which the tree's blocks live.
 */
#ifndef VALIMIT_TABLE_REGION_H
#define VALIMIT_TABLE_REGION_H

#include "space.h"

/* Makes the region, of reserved memory, and fills in the table's identity. The
 * space's page, min, top and window are set. 0; or -errno, and the reservation is
 * given back. */
long pool_create(struct space *space, uintptr_t region, size_t size);

/* Inside the lock: whether the next change of the tree finds its blocks; makes
 * room where it can. */
bool pool_room(struct space *space);

/* Inside the lock: blocks for a second tree beside the one that is there, as far as
 * there is memory for them (core/salvage.h). */
void pool_room_to_rebuild(struct space *space);

/* Blocks in a page. */
static inline uint32_t pool_in_page(const struct space *space)
{
	return (uint32_t)(space->page / TREE_BLOCK_SIZE);
}

/* Inside the lock: gives memory back to the kernel where much of it is unused. */
void pool_give_back(struct space *space);
static inline void pool_trim(struct space *space)
{
	uint32_t used = space->table->tree.used;

	if (used > space->freed_mark)
		space->freed_mark = used;
	/* Half of the peak and a few pages more must have gone: the cost of the
	 * sweep is shared by as many frees. */
	if (space->freed_mark - used >= used + 8 * pool_in_page(space))
		pool_give_back(space);
}

/* The lock and a few words more. */
#define POOL_WIPED 64

/* Inside the lock: the rest of its page. */
static inline char *pool_scratch(const struct space *space)
{
	return (char *)space->mutex + POOL_WIPED;
}

static inline size_t pool_scratch_size(const struct space *space)
{
	return space->page - POOL_WIPED;
}

/* Words beside the lock, which a child has as zeros, as it has that. */
static inline uint32_t *pool_wiped(const struct space *space)
{
	return (uint32_t *)(space->mutex + 1);
}

#endif
