/* SPDX-License-Identifier: MIT */
/*
 * The memory of the table: one region outside the window, reserved as a whole and committed
 * piece by piece, in which the tree's blocks lie.
 */
#ifndef VALIMIT_TABLE_REGION_H
#define VALIMIT_TABLE_REGION_H

#include "space.h"

/* Makes reserved memory the table's region, and fills in the table's identity. The space's
 * page, min, top and window are set before. 0; or -errno, and the memory is unmapped. */
long pool_create(struct space *space, uintptr_t region, size_t size);

/* Whether the tree has blocks for its next change; commits more if it needs them. Call
 * inside the lock. */
bool pool_room(struct space *space);

/* Commits blocks for a second tree beside the present one, as far as there is memory
 * (core/salvage.h). Call inside the lock. */
void pool_room_to_rebuild(struct space *space);

/* Blocks in a page. */
static inline uint32_t pool_in_page(const struct space *space)
{
	return (uint32_t)(space->page / TREE_BLOCK_SIZE);
}

/* Gives the pages of free blocks back to the kernel. Call inside the lock. */
void pool_give_back(struct space *space);

/* Calls pool_give_back() where much memory is unused. Call inside the lock. */
static inline void pool_trim(struct space *space)
{
	uint32_t used = space->table->tree.used;

	if (used > space->freed_mark)
		space->freed_mark = used;
	/* Half of the peak and a few pages more must be free: so the cost of the sweep is
	 * shared by as many frees. */
	if (space->freed_mark - used >= used + 8 * pool_in_page(space))
		pool_give_back(space);
}

/* Bytes at the start of the lock's page: the lock, and the words of pool_wiped(). */
#define POOL_WIPED 64

/* Scratch memory: the rest of the lock's page. Use inside the lock. */
static inline char *pool_scratch(const struct space *space)
{
	return (char *)space->mutex + POOL_WIPED;
}

static inline size_t pool_scratch_size(const struct space *space)
{
	return space->page - POOL_WIPED;
}

/* Words beside the lock, which a child finds zeroed too (MADV_WIPEONFORK). */
static inline uint32_t *pool_wiped(const struct space *space)
{
	return (uint32_t *)(space->mutex + 1);
}

#endif
