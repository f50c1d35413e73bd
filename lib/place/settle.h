/* SPDX-License-Identifier: MIT */
/*
 * What a call finds unfinished when it begins: a child's copy of its parent's
 * table, a change that was not entered, a call that was left by siglongjmp().
 */
#ifndef VALIMIT_PLACE_SETTLE_H
#define VALIMIT_PLACE_SETTLE_H

#include "table/deferred.h"
#include "table/holder.h"
#include "table/lock.h"
#include "table/space.h"

/* Whether the table is to be made to agree with the kernel's list. */
static inline bool settle_is_stale(const struct space *space)
{
	return __atomic_load_n(&space->stale, __ATOMIC_RELAXED) || mutex_inherited(space->mutex);
}

/* Whether settle() may find anything to do. */
static inline bool settle_wanted(const struct space *space)
{
	return lock_interrupted() || holder_ever || deferred_fresh() || settle_is_stale(space);
}

/* Before each call that uses the table; and after it, where deferred_fresh(). */
void settle(struct space *space);
void settle_after(struct space *space);

#endif
