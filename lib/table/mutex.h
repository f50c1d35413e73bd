/* SPDX-License-Identifier: MIT */
/*
 * The lock of the table: a futex in memory that a child of fork() or of a raw clone() finds
 * zeroed (MADV_WIPEONFORK), which tells the child that it is one. A child of vfork() shares
 * the memory, and the lock with it.
 *
 * No thread waits without bound: a signal may stop the holder for as long as a garbage
 * collector likes, and the waiting thread may be the collector's. mutex_take() then gives
 * up, and its caller does without the table.
 */
#ifndef VALIMIT_TABLE_MUTEX_H
#define VALIMIT_TABLE_MUTEX_H

#include <stdbool.h>
#include <stdint.h>

struct mutex {
	uint32_t word;
	uint32_t turns; /* how often the lock was taken */
	uint32_t stuck; /* the turn at which a waiting thread gave up */
};

/* In a child the word reads WIPED. While the lock is held, the word has HELD, perhaps
 * WAITED_FOR, and the bits of mutex_held_by(), which tell the holder. */
enum { MUTEX_WIPED = 0, MUTEX_FREE = 1, MUTEX_HELD = 2, MUTEX_WAITED_FOR = 4, MUTEX_FLAGS = 7 };

enum mutex_result {
	MUTEX_TAKEN,
	MUTEX_INHERITED, /* taken, by a child's first call: adopt the table that fork has copied */
	MUTEX_BUSY,      /* not taken */
};

/* Call once, before the first use. */
void mutex_init(struct mutex *mutex);

/* How often the lock was taken. */
static inline uint32_t mutex_turns(const struct mutex *mutex)
{
	return __atomic_load_n(&mutex->turns, __ATOMIC_RELAXED);
}

/* Whether the process is a child that has not taken the lock yet: the table is as its
 * parent left it. */
static inline bool mutex_inherited(const struct mutex *mutex)
{
	return __atomic_load_n(&mutex->word, __ATOMIC_RELAXED) == MUTEX_WIPED;
}

/* The word of a lock that the thread with `busy` holds. */
static inline uint32_t mutex_held_by(const uint64_t *busy)
{
	return MUTEX_HELD | ((uint32_t)((uintptr_t)busy >> 3) & ~(uint32_t)MUTEX_FLAGS);
}

/* Changes the word from `expected` to `desired`, with acquire. False where it was not
 * expected. */
static inline bool mutex_try(struct mutex *mutex, uint32_t expected, uint32_t desired)
{
	return __atomic_compare_exchange_n(&mutex->word, &expected, desired, false,
					   __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
}

/* Sets *busy between compiler fences: a handler of this thread reads it. */
static inline void mutex_set_busy(uint64_t *busy, uint64_t value)
{
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	*busy = value;
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
}

/* Counts the turn, by its holder alone; threads that wait read the count. */
static inline enum mutex_result mutex_won(struct mutex *mutex, enum mutex_result result)
{
	__atomic_store_n(&mutex->turns, mutex->turns + 1, __ATOMIC_RELAXED);
	return result;
}

enum mutex_result mutex_wait(struct mutex *mutex, uint64_t *busy); /* the lock is not free */
void mutex_wake(struct mutex *mutex); /* the lock is free, and a thread waits */

/* Takes the lock. Async-signal-safe, but not recursive: *busy is the thread's, and has
 * `mark` (not 0) from before the first try until after the release, so that no instruction
 * in between is uncovered. A handler that finds *busy set must do without the lock. While
 * the thread sleeps for the lock, *busy is 0: a handler may take the lock then. */
static inline enum mutex_result mutex_take(struct mutex *mutex, uint64_t *busy, uint64_t mark)
{
	mutex_set_busy(busy, mark);
	if (mutex_try(mutex, MUTEX_FREE, mutex_held_by(busy)))
		return mutex_won(mutex, MUTEX_TAKEN);
	return mutex_wait(mutex, busy);
}

static inline void mutex_release(struct mutex *mutex, uint64_t *busy)
{
	if (__atomic_exchange_n(&mutex->word, MUTEX_FREE, __ATOMIC_RELEASE) & MUTEX_WAITED_FOR)
		mutex_wake(mutex);
	mutex_set_busy(busy, 0);
}

/* Whether the thread with `busy` holds the lock. */
bool mutex_is_mine(const struct mutex *mutex, const uint64_t *busy);

#endif
