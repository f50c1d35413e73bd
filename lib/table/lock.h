/* SPDX-License-Identifier: MIT */
/* Taking and releasing the table's lock. */
#ifndef VALIMIT_TABLE_LOCK_H
#define VALIMIT_TABLE_LOCK_H

#include "space.h"

/* Mark of this thread's call that has the table or takes it; 0: none. A handler that
 * interrupts the call must not wait for the lock. */
extern __thread uint64_t lock_at_table;

/* Takes the table. False where it cannot be had: the caller then does without it. Until
 * unlock_table() make no system calls but those of the table's own upkeep. */
bool lock_table(struct space *space);

/* Takes the table for a change that cannot do without it: waits for a second where the
 * holder is not this thread's own interrupted call, and for as long as a fork makes
 * progress. */
bool lock_table_patiently(struct space *space);

/* Releases the table; gives unused memory of it back. */
void unlock_table(struct space *space);

/* Whether this thread was interrupted while it had the table or took it. */
static inline bool lock_interrupted(void)
{
	return lock_at_table != 0;
}

/* After a handler has left by siglongjmp(): whether the lock is still this thread's. If so,
 * the caller has the table, with a tree that may be in the middle of a change. */
bool lock_take_back(struct space *space);

/* fork(), first phase: takes the table, so that the child's copy is whole. A child of a raw
 * clone() adopts the copy as it is, in its first call. */
void lock_fork_prepare(struct space *space);

/* fork(), in the parent: releases the table. */
void lock_fork_parent(struct space *space);

/* fork(), in the child: adopts the copy of the table and releases it. */
void lock_fork_child(struct space *space);

#endif
