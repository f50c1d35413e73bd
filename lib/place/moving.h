/* SPDX-License-Identifier: MIT */
/* A mapping that moves: what mremap() without and with MREMAP_FIXED share. */
#ifndef VALIMIT_PLACE_MOVING_H
#define VALIMIT_PLACE_MOVING_H

#include "remap.h"
#include "sys/sys.h"
#include "table/claim.h"

/* A remap with its sizes in whole pages. */
struct move {
	const struct remap *remap;
	size_t old_length, new_length;
	struct area area;
	struct mapping_info info; /* of the old mapping: the new one keeps it */
};

/* Whether the old range is free afterwards. */
static inline bool moving_takes_away(const struct move *move)
{
	return move->old_length > 0 && !(move->remap->flags & MREMAP_DONTUNMAP);
}

/* Claims the old range if the move takes it away. Where the claim cannot be had, the
 * range is the caller's own, which named it. */
struct claim moving_claim(struct space *space, const struct move *move);

/* Ends that claim; `result` is the new address, or -errno. The fence fills the old range. */
void moving_release(struct space *space, const struct move *move, struct claim *source,
		    long result);

/* The -errno with which the kernel refuses a move for which there is no room; nothing
 * changes. */
long moving_refusal(const struct space *space, const struct move *move);

/* Moves the mapping into its area, wherever it lies now. The address or -errno. */
long moving_inside(struct space *space, const struct move *move);

/* Lets the kernel place a guest's mapping, or keep it where it is. The address or -errno. */
long moving_passthrough(struct space *space, const struct remap *remap);

/* After the kernel has moved a mapping to `result`: if the window has changed meanwhile,
 * and the mapping lies outside, it moves into the window while there is room. Its address
 * then. */
long moving_home(struct space *space, const struct remap *remap, long result);

#endif
