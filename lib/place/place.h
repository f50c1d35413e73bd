/* SPDX-License-Identifier: MIT */
/*
 * Where a new mapping goes, and getting it there: find a gap and reserve it in
 * the table under the lock, map there without it, learn what was in the way
 * where something was, and begin again.
 */
#ifndef VALIMIT_PLACE_PLACE_H
#define VALIMIT_PLACE_PLACE_H

#include "table/claim.h"
#include "table/space.h"
#include "want.h"

/* A mapping that place() has made, to be ended with place_keep() or its like. */
struct placed {
	uintptr_t start;
	struct claim claim;
};

/* Finds room in the area and maps there. The address; or -errno, with
 * nothing left behind: -ENOMEM where no gap fits. */
long place(struct space *space, struct want *want, struct placed *placed);

/* Commits what was placed; or notes that it has gone already; or takes away a
 * placeholder that was to be replaced, where that has failed. */
static inline void place_keep(struct space *space, const struct want *want, struct placed *placed)
{
	claim_mapped(space, &placed->claim, &want->info);
}
void place_vacate(struct space *space, struct placed *placed);
void place_fail(struct space *space, struct placed *placed);

/* The alignment that the kernel gives anonymous mappings of this length for the
 * sake of huge pages; 0: none. */
static inline size_t place_huge(const struct space *space, size_t length)
{
	/* As many pages as a page table has entries: 2 MiB where pages are 4 KiB. */
	size_t huge = space->page / sizeof(uint64_t) * space->page;

	return length & (huge - 1) ? 0 : huge;
}

/* The alignment that the kernel gives shared memory of this length; 0: none. */
size_t place_shared(struct space *space, size_t length);

#endif
