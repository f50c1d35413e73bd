/* SPDX-License-Identifier: MIT */
#include "mutex.h"

#include <errno.h>
#include <linux/futex.h>
#include <time.h>

#include "sys/sys.h"

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

void mutex_init(struct mutex *mutex)
{
	*mutex = (struct mutex){ .word = FREE, .stuck = UINT32_MAX };
}

bool mutex_inherited(const struct mutex *mutex)
{
	return __atomic_load_n(&mutex->word, __ATOMIC_RELAXED) == WIPED;
}

static bool try(struct mutex *mutex, uint32_t expected, uint32_t desired)
{
	return __atomic_compare_exchange_n(&mutex->word, &expected, desired, false,
					   __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
}

static void set_busy(uint64_t *busy, uint64_t value)
{
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	*busy = value;
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
}

static enum mutex_result won(struct mutex *mutex, enum mutex_result result)
{
	/* Only the holder counts; those who wait look on. */
	__atomic_store_n(&mutex->turns, mutex->turns + 1, __ATOMIC_RELAXED);
	return result;
}

static long wait(struct mutex *mutex, uint32_t word, uint64_t *busy)
{
	uint64_t mark = *busy;
	struct timespec patience = { 0, PATIENCE_NS };
	long result;

	set_busy(busy, 0);
	result = SYS(SYS_futex, &mutex->word, FUTEX_WAIT_PRIVATE, word, &patience);
	set_busy(busy, mark);
	return result;
}

/* Whether a wait that has timed out was too long. */
static bool is_stuck(struct mutex *mutex, uint32_t turn)
{
	if (__atomic_load_n(&mutex->turns, __ATOMIC_RELAXED) != turn)
		return false;
	__atomic_store_n(&mutex->stuck, turn, __ATOMIC_RELAXED);
	return true;
}

static enum mutex_result take_slowly(struct mutex *mutex, uint64_t *busy)
{
	uint32_t turn = __atomic_load_n(&mutex->turns, __ATOMIC_RELAXED);

	for (;;) {
		uint32_t word = __atomic_load_n(&mutex->word, __ATOMIC_RELAXED);

		if (word == WIPED && try(mutex, WIPED, held_by(busy))) {
			__atomic_store_n(&mutex->stuck, UINT32_MAX, __ATOMIC_RELAXED);
			return won(mutex, MUTEX_INHERITED);
		}
		/* Other threads may be waiting as well: one that has waited takes
		 * it so that its release wakes the next. */
		if (word == FREE && try(mutex, FREE, held_by(busy) | WAITED_FOR))
			return won(mutex, MUTEX_TAKEN);
		if (!(word & HELD))
			continue;
		if (!(word & WAITED_FOR) && !try(mutex, word, word | WAITED_FOR))
			continue;

		uint32_t now = __atomic_load_n(&mutex->turns, __ATOMIC_RELAXED);

		if (__atomic_load_n(&mutex->stuck, __ATOMIC_RELAXED) == now)
			return MUTEX_BUSY;
		if (wait(mutex, word | WAITED_FOR, busy) == -ETIMEDOUT && is_stuck(mutex, turn))
			return MUTEX_BUSY;
		turn = __atomic_load_n(&mutex->turns, __ATOMIC_RELAXED);
	}
}

static enum mutex_result take(struct mutex *mutex, uint64_t *busy)
{
	uint32_t mine = held_by(busy);

	if (try(mutex, FREE, mine))
		return won(mutex, MUTEX_TAKEN);
	for (int i = 0; i < SPINS; i++) {
		sys_pause();
		if (__atomic_load_n(&mutex->word, __ATOMIC_RELAXED) == FREE && try(mutex, FREE, mine))
			return won(mutex, MUTEX_TAKEN);
	}
	return take_slowly(mutex, busy);
}

bool mutex_is_mine(const struct mutex *mutex, const uint64_t *busy)
{
	uint32_t word = __atomic_load_n(&mutex->word, __ATOMIC_RELAXED);

	return (word & ~(uint32_t)WAITED_FOR) == held_by(busy);
}

enum mutex_result mutex_take(struct mutex *mutex, uint64_t *busy, uint64_t mark)
{
	enum mutex_result result;

	set_busy(busy, mark);
	result = take(mutex, busy);
	if (result == MUTEX_BUSY)
		set_busy(busy, 0);
	return result;
}

void mutex_release(struct mutex *mutex, uint64_t *busy)
{
	if (__atomic_exchange_n(&mutex->word, FREE, __ATOMIC_RELEASE) & WAITED_FOR)
		SYS(SYS_futex, &mutex->word, FUTEX_WAKE_PRIVATE, 1);
	set_busy(busy, 0);
}
