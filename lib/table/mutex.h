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

/* After a fork the word reads WIPED. While the lock is held, the word has HELD,
 * perhaps WAITED_FOR, and bits that tell the holder from other threads. */
enum { MUTEX_WIPED = 0, MUTEX_FREE = 1, MUTEX_HELD = 2, MUTEX_WAITED_FOR = 4, MUTEX_FLAGS = 7 };

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
static inline bool mutex_inherited(const struct mutex *mutex)
{
	return __atomic_load_n(&mutex->word, __ATOMIC_RELAXED) == MUTEX_WIPED;
}

/* What a thread writes into the word, and how, to take it. */
static inline uint32_t mutex_held_by(const uint64_t *busy)
{
	return MUTEX_HELD | ((uint32_t)((uintptr_t)busy >> 3) & ~(uint32_t)MUTEX_FLAGS);
}

static inline bool mutex_try(struct mutex *mutex, uint32_t expected, uint32_t desired)
{
	return __atomic_compare_exchange_n(&mutex->word, &expected, desired, false,
					   __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
}

static inline void mutex_set_busy(uint64_t *busy, uint64_t value)
{
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	*busy = value;
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
}

/* Only the holder counts; threads that wait read the count. */
static inline enum mutex_result mutex_won(struct mutex *mutex, enum mutex_result result)
{
	__atomic_store_n(&mutex->turns, mutex->turns + 1, __ATOMIC_RELAXED);
	return result;
}

enum mutex_result mutex_wait(struct mutex *mutex, uint64_t *busy); /* it is not free */
void mutex_wake(struct mutex *mutex); /* another thread waits for it, and it is free */

/* Async-signal-safe, but not recursive: *busy is the thread's, and `mark` (not 0)
 * from before the lock is tried until after it is released, so that no instruction
 * in between is left open. A handler that finds it so must do without. While the
 * thread sleeps for the lock it is 0: a handler may take its own turn. */
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

/* Whether the thread that *busy belongs to holds it. */
bool mutex_is_mine(const struct mutex *mutex, const uint64_t *busy);

#endif
