/* SPDX-License-Identifier: MIT */
/*
 * The lock of the table: a futex that lives in memory which fork gives the
 * child as zeros (MADV_WIPEONFORK), so that a child can tell that it is one,
 * whatever made it: fork, a raw clone. A vfork child shares the memory, and
 * the lock with it.
 *
 * No thread waits for ever: a holder may be stopped by a signal, for as long as a
 * garbage collector likes, while the one who waits is the collector. mutex_take
 * gives up, and the caller does without the table.
 */
#ifndef VALIMIT_TABLE_MUTEX_H
#define VALIMIT_TABLE_MUTEX_H

#include <stdbool.h>
#include <stdint.h>

struct mutex {
	uint32_t word;
	uint32_t turns; /* how often it was taken */
	uint32_t stuck; /* the turn at which a waiting thread gave up */
};

enum mutex_result {
	MUTEX_TAKEN,
	MUTEX_INHERITED, /* taken, by the first call in a child: look at what fork left */
	MUTEX_BUSY,      /* not taken */
};

/* Before the first use; and never again. */
void mutex_init(struct mutex *mutex);

/* How often it was taken. */
static inline uint32_t mutex_turns(const struct mutex *mutex)
{
	return __atomic_load_n(&mutex->turns, __ATOMIC_RELAXED);
}

/* Whether the process is a child that has not taken it yet: all that it guards is
 * as its parent left it. */
bool mutex_inherited(const struct mutex *mutex);

/* Async-signal-safe, but not recursive: *busy is the thread's, and `mark` (not 0)
 * from before the lock is tried until after it is released, so that no instruction
 * in between is left open. A handler that finds it so must do without. While the
 * thread sleeps for the lock it is 0: a handler may take its own turn. */
enum mutex_result mutex_take(struct mutex *mutex, uint64_t *busy, uint64_t mark);
void mutex_release(struct mutex *mutex, uint64_t *busy);

/* Whether the thread that *busy belongs to holds it. */
bool mutex_is_mine(const struct mutex *mutex, const uint64_t *busy);

#endif
