/* SPDX-License-Identifier: MIT */
/*
 * Unfinished work that a call finds when it begins: the table of a parent in its child, a
 * change that was not entered, a call that was left by siglongjmp().
 */
#ifndef VALIMIT_PLACE_SETTLE_H
#define VALIMIT_PLACE_SETTLE_H

#include "table/deferred.h"
#include "table/holder.h"
#include "table/lock.h"
#include "table/space.h"

/* Whether the table must be made to agree with the kernel's list. */
static inline bool settle_is_stale(const struct space *space)
{
	return __atomic_load_n(&space->stale, __ATOMIC_RELAXED) || mutex_inherited(space->mutex);
}

/* Whether settle() may find work. */
static inline bool settle_wanted(const struct space *space)
{
	return lock_interrupted() || holder_ever || deferred_fresh() || settle_is_stale(space);
}

/* Call before each call that uses the table. */
void settle(struct space *space);

/* Makes deferred changes. Call after each call that uses the table, if deferred_fresh(). */
void settle_after(struct space *space);

#endif
