/* SPDX-License-Identifier: MIT */
#include "settle.h"

#include "adopt.h"
#include "claim.h"
#include "core/rare.h"
#include "deferred.h"
#include "fence_hole.h"
#include "holder.h"
#include "sync.h"

/* A call was left by siglongjmp(): what it had claimed becomes what the kernel has,
 * and what it had opened of the fence is closed. The lock may be this thread's
 * still, and the tree torn. */
static RARE void recover(struct space *space, bool locked)
{
	if (!locked && !space_lock_patiently(space))
		return;
	if (locked) {
		sync_rebuild(space);
		sync_rescan(space);
	}
	adopt_left(space);
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
		recover(space, true);
	else if (holder_any_left())
		recover(space, false);
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
