/* SPDX-License-Identifier: MIT */
/*
 * Placing a new mapping: find a gap and claim it in the table under the lock, map there
 * without the lock; where an unseen mapping is in the way, learn it and begin again.
 */
#ifndef VALIMIT_PLACE_PLACE_H
#define VALIMIT_PLACE_PLACE_H

#include "table/space.h"
#include "want.h"

/* Finds room in the area and maps there; end it with one of the three functions below. The
 * address; or -errno, with no mapping made: -ENOMEM where no gap fits. */
long place(struct space *space, struct want *want, struct placed *placed);

/* Commits: the mapping stays, with the want's info. */
static inline void place_keep(struct space *space, const struct want *want, struct placed *placed)
{
	claim_mapped(space, &placed->claim, &want->info);
}

/* Aborts where the mapping has been moved away: fills its hole. */
void place_vacate(struct space *space, struct placed *placed);

/* Aborts where the placeholder was not replaced: unmaps it. */
void place_fail(struct space *space, struct placed *placed);

#endif
