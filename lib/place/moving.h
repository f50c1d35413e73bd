/* SPDX-License-Identifier: MIT */
/* A remap on its way: what its files share. */
#ifndef VALIMIT_PLACE_MOVING_H
#define VALIMIT_PLACE_MOVING_H

#include "table/claim.h"
#include "remap.h"
#include "sys/sys.h"

/* A remap with its sizes in whole pages. */
struct move {
	const struct remap *remap;
	size_t old_length, new_length;
	struct area area;
	struct mapping_info info; /* of the old mapping: the new one keeps it */
};

static inline bool moving_takes_away(const struct move *move)
{
	return move->old_length > 0 && !(move->remap->flags & MREMAP_DONTUNMAP);
}

/* Before a move: what it takes away is claimed. Where that cannot be, the range is
 * the caller's own, who named it. */
struct claim moving_claim(struct space *space, const struct move *move);

/* After a move that has come to `result`: the old range is free for others. */
void moving_release(struct space *space, const struct move *move, struct claim *source,
		    long result);

#endif
