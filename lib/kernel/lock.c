/* SPDX-License-Identifier: MIT */
#include "lock.h"

#include <errno.h>
#include <linux/futex.h>
#include <time.h>

#include "sys.h"

/* After a fork the word reads WIPED. While the lock is held, the word has HELD,
 * perhaps WAITED_FOR, and bits that tell the holder from other threads. */
enum { WIPED = 0, FREE = 1, HELD = 2, WAITED_FOR = 4, FLAGS = 7 };

static uint32_t held_by(const uint64_t *busy)
{
	return HELD | ((uint32_t)((uintptr_t)busy >> 3) & ~(uint32_t)FLAGS);
}

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

static void set_busy(uint64_t *busy, uint64_t value)
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

static long wait(struct lock *lock, uint32_t word, uint64_t *busy)
{
	uint64_t mark = *busy;
	struct timespec patience = { 0, PATIENCE_NS };
	long result;

	set_busy(busy, 0);
	result = SYS(SYS_futex, &lock->word, FUTEX_WAIT_PRIVATE, word, &patience);
	set_busy(busy, mark);
	return result;
}

/* Whether a wait that has timed out was too long. */
static bool is_stuck(struct lock *lock, uint32_t turn)
{
	if (__atomic_load_n(&lock->turns, __ATOMIC_RELAXED) != turn)
		return false;
	__atomic_store_n(&lock->stuck, turn, __ATOMIC_RELAXED);
	return true;
}

static enum lock_result take_slowly(struct lock *lock, uint64_t *busy)
{
	uint32_t turn = __atomic_load_n(&lock->turns, __ATOMIC_RELAXED);

	for (;;) {
		uint32_t word = __atomic_load_n(&lock->word, __ATOMIC_RELAXED);

		if (word == WIPED && try(lock, WIPED, held_by(busy))) {
			__atomic_store_n(&lock->stuck, UINT32_MAX, __ATOMIC_RELAXED);
			return won(lock, LOCK_INHERITED);
		}
		/* Other threads may be waiting as well: one that has waited takes
		 * it so that its release wakes the next. */
		if (word == FREE && try(lock, FREE, held_by(busy) | WAITED_FOR))
			return won(lock, LOCK_TAKEN);
		if (!(word & HELD))
			continue;
		if (!(word & WAITED_FOR) && !try(lock, word, word | WAITED_FOR))
			continue;

		uint32_t now = __atomic_load_n(&lock->turns, __ATOMIC_RELAXED);

		if (__atomic_load_n(&lock->stuck, __ATOMIC_RELAXED) == now)
			return LOCK_BUSY;
		if (wait(lock, word | WAITED_FOR, busy) == -ETIMEDOUT && is_stuck(lock, turn))
			return LOCK_BUSY;
		turn = __atomic_load_n(&lock->turns, __ATOMIC_RELAXED);
	}
}

static enum lock_result take(struct lock *lock, uint64_t *busy)
{
	uint32_t mine = held_by(busy);

	if (try(lock, FREE, mine))
		return won(lock, LOCK_TAKEN);
	for (int i = 0; i < SPINS; i++) {
		sys_pause();
		if (__atomic_load_n(&lock->word, __ATOMIC_RELAXED) == FREE && try(lock, FREE, mine))
			return won(lock, LOCK_TAKEN);
	}
	return take_slowly(lock, busy);
}

bool lock_is_mine(const struct lock *lock, const uint64_t *busy)
{
	uint32_t word = __atomic_load_n(&lock->word, __ATOMIC_RELAXED);

	return (word & ~(uint32_t)WAITED_FOR) == held_by(busy);
}

enum lock_result lock_take(struct lock *lock, uint64_t *busy, uint64_t mark)
{
	enum lock_result result;

	set_busy(busy, mark);
	result = take(lock, busy);
	if (result == LOCK_BUSY)
		set_busy(busy, 0);
	return result;
}

void lock_release(struct lock *lock, uint64_t *busy)
{
	if (__atomic_exchange_n(&lock->word, FREE, __ATOMIC_RELEASE) & WAITED_FOR)
		SYS(SYS_futex, &lock->word, FUTEX_WAKE_PRIVATE, 1);
	set_busy(busy, 0);
}
