/* SPDX-License-Identifier: MIT */
/* Taking the table: the lock, and nothing else. */
#ifndef VALIMIT_TABLE_LOCK_H
#define VALIMIT_TABLE_LOCK_H

#include "space.h"

/* The call of this thread that is at the table, by its mark; 0: none. A handler
 * that interrupts it there must not wait for the lock. */
extern __thread uint64_t lock_at_table;

/* Takes the table; false where it cannot be had: then do without. Between the two calls
 * no system call but those of the table's own upkeep. */
bool lock_table(struct space *space);

/* Like lock_table(), for what cannot be done without: waits for a second where the
 * holder is not this thread's own interrupted call, and for as long as a fork makes
 * progress. */
bool lock_table_patiently(struct space *space);
void unlock_table(struct space *space);

/* Whether a handler of this thread has interrupted it at the table. If the handler
 * has left for good, with siglongjmp(), the lock is still this thread's:
 * lock_take_back() then answers true, and the caller has the lock and a tree that
 * is perhaps in the middle of a change. */
static inline bool lock_interrupted(void)
{
	return lock_at_table != 0;
}
bool lock_take_back(struct space *space);

/* The three phases of fork(): the table is in hand while the memory is copied,
 * so that the child's is whole. A raw clone does without and adopts at its
 * first call what it finds. */
void lock_fork_prepare(struct space *space);
void lock_fork_parent(struct space *space);
void lock_fork_child(struct space *space);

#endif
