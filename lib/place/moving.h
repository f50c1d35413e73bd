/* SPDX-License-Identifier: MIT */
/* Moving a mapping: the part that mremap() without and with MREMAP_FIXED share. */
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
	struct mapping_info info; /* of the old mapping; the new one keeps it */
};

/* Whether the old range is unmapped by the move. */
static inline bool moving_takes_away(const struct move *move)
{
	return move->old_length > 0 && !(move->remap->flags & MREMAP_DONTUNMAP);
}

/* Claims the old range if the move unmaps it. Where the claim cannot be had, the range is
 * still the caller's own, since the caller named it. */
struct claim moving_claim(struct space *space, const struct move *move);

/* Ends the claim of moving_claim(), and fills the old range with fence if the mapping has
 * moved. `result`: the new address, or -errno. */
void moving_release(struct space *space, const struct move *move, struct claim *source,
		    long result);

/* The -errno with which the kernel refuses a move that has no room. Changes nothing. */
long moving_refusal(const struct space *space, const struct move *move);

/* Moves the mapping into its area, wherever it lies now. The address or -errno. */
long moving_inside(struct space *space, const struct move *move);

/* Passthrough: the kernel places a guest's mapping, or keeps it where it is. The address or
 * -errno. */
long moving_passthrough(struct space *space, const struct remap *remap);

/* After the kernel has moved a mapping to `result`: if that lies outside, since the window has
 * changed meanwhile or the fence had a hole, moves the mapping into the window while there is
 * room. Its address then. */
long moving_home(struct space *space, const struct remap *remap, long result);

#endif
