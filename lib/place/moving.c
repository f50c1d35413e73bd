/* SPDX-License-Identifier: MIT */
#include "moving.h"

#include "fence/fence_hole.h"

struct claim moving_claim(struct space *space, const struct move *move)
{
	uintptr_t old = move->remap->old;
	struct claim claim;

	claim_take(space, &claim, old, moving_takes_away(move) ? old + move->old_length : old);
	return claim;
}

void moving_release(struct space *space, const struct move *move, struct claim *source,
		    long result)
{
	if (sys_failed(result) || result == (long)move->remap->old)
		claim_kept(space, source);
	else
		fence_vacate(space, source);
}
