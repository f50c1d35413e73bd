/* SPDX-License-Identifier: MIT */
#include "settle.h"

#include "claim.h"
#include "core/rare.h"
#include "deferred.h"
#include "fence.h"
#include "sync.h"

/* The table is in hand, and the tree perhaps torn. What a call that was left had
 * opened of the fence is closed. */
static RARE void recover(struct space *space)
{
	sync_rescan(space);
	claim_recover(space);
	space_unlock(space);
	fence_patch(space, space->min, space->top);
}

static RARE void agree(struct space *space)
{
	if (!space_lock(space))
		return;
	if (__atomic_load_n(&space->stale, __ATOMIC_RELAXED))
		sync_rescan(space);
	space_unlock(space);
}

static bool is_stale(const struct space *space)
{
	return __atomic_load_n(&space->stale, __ATOMIC_RELAXED) || lock_inherited(space->lock);
}

void settle(struct space *space)
{
	if (space_interrupted(space) && space_take_back(space))
		recover(space);
	if (is_stale(space))
		agree(space);
	settle_after(space);
}

void settle_after(struct space *space)
{
	if (!deferred_fresh() || !space_lock(space))
		return;
	claim_catch_up(space);
	space_unlock(space);
}
