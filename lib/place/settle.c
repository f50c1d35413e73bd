/* SPDX-License-Identifier: MIT */
#include "settle.h"

#include "core/rare.h"
#include "fence/fence_hole.h"
#include "sys/mask.h"
#include "table/adopt.h"
#include "table/claim.h"
#include "table/deferred.h"
#include "table/holder.h"
#include "table/lock.h"
#include "table/sync.h"

/* After siglongjmp() has left a call: the kernel's list decides the ranges that the call
 * had claimed, and the fence's holes are filled. `locked`: the thread still has the lock,
 * and the tree may be in the middle of a change. */
static void adopt_what_was_left(struct space *space, bool locked)
{
	if (!locked && !lock_table_patiently(space))
		return;
	if (locked) {
		sync_rebuild(space);
		sync_rescan(space);
	}
	/* A handler's claims that have ended are not among those that were left. */
	claim_catch_up(space);
	adopt_left(space);
	unlock_table(space);
	fence_patch(space, space->min, space->top);
}

/* Blocks signals: a handler could leave this by siglongjmp() too, with the tree half built. */
static RARE void recover(struct space *space, bool locked)
{
	uint64_t mask = mask_block();

	adopt_what_was_left(space, locked);
	mask_restore(mask);
}

static RARE void agree(struct space *space)
{
	if (!lock_table(space))
		return;
	if (__atomic_load_n(&space->stale, __ATOMIC_RELAXED))
		sync_rescan(space);
	unlock_table(space);
}

void settle(struct space *space)
{
	if (lock_interrupted() && lock_take_back(space))
		recover(space, true);
	else if (holder_ever && holder_any_left())
		recover(space, false);
	if (settle_is_stale(space))
		agree(space);
	settle_after(space);
}

void settle_after(struct space *space)
{
	if (!deferred_fresh() || !lock_table(space))
		return;
	claim_catch_up(space);
	unlock_table(space);
}
