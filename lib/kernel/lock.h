/* SPDX-License-Identifier: MIT */
/*
 * The lock of the table: a futex that lives in memory which fork gives the
 * child as zeros (MADV_WIPEONFORK), so that a child can tell that it is one,
 * whatever made it: fork, a raw clone. A vfork child shares the memory, and
 * the lock with it.
 *
 * Nobody waits for ever: a holder may be stopped by a signal, for as long as a
 * garbage collector likes, while the one who waits is the collector. lock_take
 * gives up, and the caller does without the table.
 */
#ifndef VALIMIT_KERNEL_LOCK_H
#define VALIMIT_KERNEL_LOCK_H

#include <stdbool.h>
#include <stdint.h>

struct lock {
	uint32_t word;
	uint32_t turns; /* how often it was taken */
	uint32_t stuck; /* the turn at which a waiting thread gave up */
};

enum lock_result {
	LOCK_TAKEN,
	LOCK_INHERITED, /* taken, by the first call in a child: look at what fork left */
	LOCK_BUSY,      /* not taken */
};

/* Before the first use; and never again. */
void lock_init(struct lock *lock);

/* How often it was taken. */
static inline uint32_t lock_turns(const struct lock *lock)
{
	return __atomic_load_n(&lock->turns, __ATOMIC_RELAXED);
}

/* Whether the process is a child that has not taken it yet: all that it guards is
 * as its parent left it. */
bool lock_inherited(const struct lock *lock);

/* Async-signal-safe, but not recursive: *busy is the thread's, and `mark` (not 0)
 * from before the lock is tried until after it is released, so that no instruction
 * in between is left open. A handler that finds it so must do without. While the
 * thread sleeps for the lock it is 0: a handler may take its own turn. */
enum lock_result lock_take(struct lock *lock, uint64_t *busy, uint64_t mark);
void lock_release(struct lock *lock, uint64_t *busy);

/* Whether the thread that *busy belongs to holds it. */
bool lock_is_mine(const struct lock *lock, const uint64_t *busy);

#endif
