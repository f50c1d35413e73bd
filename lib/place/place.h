/* SPDX-License-Identifier: MIT */
/*
 * Where a new mapping goes, and getting it there: find a gap and reserve it in
 * the table under the lock, map there without it, learn what was in the way
 * where something was, and begin again.
 */
#ifndef VALIMIT_PLACE_PLACE_H
#define VALIMIT_PLACE_PLACE_H

#include "table/space.h"
#include "want.h"

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

#endif
