/* SPDX-License-Identifier: MIT */
#include "lock.h"

#include <errno.h>
#include <linux/futex.h>
#include <time.h>

#include "sys.h"

/* After a fork the word reads WIPED. */
enum { WIPED, FREE, HELD, WAITED_FOR };

/* A critical section takes a tenth of a microsecond: spin for a few of them.
 * The lock's model has fewer, or it would have no end. */
#ifndef SPINS
#define SPINS 100
#endif

/* How long to wait for one turn of the holder. Long against being preempted
 * on a loaded machine, short against a collector's patience. */
#define PATIENCE_NS 50000000L

void lock_init(struct lock *lock)
{
	*lock = (struct lock){ .word = FREE, .stuck = UINT32_MAX };
}

bool lock_inherited(const struct lock *lock)
{
	return __atomic_load_n(&lock->word, __ATOMIC_RELAXED) == WIPED;
}

static bool try(struct lock *lock, uint32_t expected, uint32_t desired)
{
	return __atomic_compare_exchange_n(&lock->word, &expected, desired, false,
					   __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
}

static void set_busy(bool *busy, bool value)
{
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	*busy = value;
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
}

static enum lock_result won(struct lock *lock, enum lock_result result)
{
	/* Only the holder counts; those who wait look on. */
	__atomic_store_n(&lock->turns, lock->turns + 1, __ATOMIC_RELAXED);
	return result;
}

static long wait(struct lock *lock, bool *busy)
{
	struct timespec patience = { 0, PATIENCE_NS };
	long result;

	set_busy(busy, false);
	result = SYS(SYS_futex, &lock->word, FUTEX_WAIT_PRIVATE, WAITED_FOR, &patience);
	set_busy(busy, true);
	return result;
}

static enum lock_result take_slowly(struct lock *lock, bool *busy)
{
	uint32_t turn = __atomic_load_n(&lock->turns, __ATOMIC_RELAXED);

	for (;;) {
		uint32_t word = __atomic_load_n(&lock->word, __ATOMIC_RELAXED);

		if (word == WIPED && try(lock, WIPED, HELD)) {
			__atomic_store_n(&lock->stuck, UINT32_MAX, __ATOMIC_RELAXED);
			return won(lock, LOCK_INHERITED);
		}
		/* Others may be waiting as well: whoever waited takes it so that
		 * the release wakes the next. */
		if (word == FREE && try(lock, FREE, WAITED_FOR))
			return won(lock, LOCK_TAKEN);
		if (word == HELD && !try(lock, HELD, WAITED_FOR))
			continue;
		if (word == WIPED || word == FREE)
			continue;

		uint32_t now = __atomic_load_n(&lock->turns, __ATOMIC_RELAXED);

		if (__atomic_load_n(&lock->stuck, __ATOMIC_RELAXED) == now)
			return LOCK_BUSY;
		if (wait(lock, busy) == -ETIMEDOUT) {
			if (__atomic_load_n(&lock->turns, __ATOMIC_RELAXED) == turn) {
				__atomic_store_n(&lock->stuck, turn, __ATOMIC_RELAXED);
				return LOCK_BUSY;
			}
		}
		turn = __atomic_load_n(&lock->turns, __ATOMIC_RELAXED);
	}
}

static enum lock_result take(struct lock *lock, bool *busy)
{
	if (try(lock, FREE, HELD))
		return won(lock, LOCK_TAKEN);
	for (int i = 0; i < SPINS; i++) {
		sys_pause();
		if (__atomic_load_n(&lock->word, __ATOMIC_RELAXED) == FREE && try(lock, FREE, HELD))
			return won(lock, LOCK_TAKEN);
	}
	return take_slowly(lock, busy);
}

enum lock_result lock_take(struct lock *lock, bool *busy)
{
	enum lock_result result;

	set_busy(busy, true);
	result = take(lock, busy);
	if (result == LOCK_BUSY)
		set_busy(busy, false);
	return result;
}

void lock_release(struct lock *lock, bool *busy)
{
	if (__atomic_exchange_n(&lock->word, FREE, __ATOMIC_RELEASE) == WAITED_FOR)
		SYS(SYS_futex, &lock->word, FUTEX_WAKE_PRIVATE, 1);
	set_busy(busy, false);
}
