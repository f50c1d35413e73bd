/* SPDX-License-Identifier: MIT */
#include "lock.h"

#include <errno.h>
#include <linux/futex.h>
#include <stdbool.h>
#include <time.h>

#include "sys.h"

/* After a fork the word reads WIPED. */
enum { WIPED, FREE, HELD, WAITED_FOR };

/* A critical section takes a tenth of a microsecond: spin for a few of them. */
#define SPINS 100

/* How long to wait for one turn of the holder. Long against being preempted
 * on a loaded machine, short against a collector's patience. */
#define PATIENCE_NS 50000000L

void lock_init(struct lock *lock)
{
	*lock = (struct lock){ .word = FREE, .stuck = UINT32_MAX };
}

static bool try(struct lock *lock, uint32_t expected, uint32_t desired)
{
	return __atomic_compare_exchange_n(&lock->word, &expected, desired, false,
					   __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
}

static enum lock_result won(struct lock *lock, enum lock_result result)
{
	lock->turns++;
	return result;
}

static long wait(struct lock *lock)
{
	struct timespec patience = { 0, PATIENCE_NS };

	return SYS(SYS_futex, &lock->word, FUTEX_WAIT_PRIVATE, WAITED_FOR, &patience);
}

static enum lock_result take_slowly(struct lock *lock)
{
	uint32_t turn = __atomic_load_n(&lock->turns, __ATOMIC_RELAXED);

	for (;;) {
		uint32_t word = __atomic_load_n(&lock->word, __ATOMIC_RELAXED);

		if (word == WIPED && try(lock, WIPED, HELD)) {
			lock->stuck = UINT32_MAX;
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
		if (wait(lock) == -ETIMEDOUT) {
			if (__atomic_load_n(&lock->turns, __ATOMIC_RELAXED) == turn) {
				__atomic_store_n(&lock->stuck, turn, __ATOMIC_RELAXED);
				return LOCK_BUSY;
			}
		}
		turn = __atomic_load_n(&lock->turns, __ATOMIC_RELAXED);
	}
}

enum lock_result lock_take(struct lock *lock)
{
	if (try(lock, FREE, HELD))
		return won(lock, LOCK_TAKEN);
	for (int i = 0; i < SPINS; i++) {
		sys_pause();
		if (__atomic_load_n(&lock->word, __ATOMIC_RELAXED) == FREE && try(lock, FREE, HELD))
			return won(lock, LOCK_TAKEN);
	}
	return take_slowly(lock);
}

void lock_release(struct lock *lock)
{
	if (__atomic_exchange_n(&lock->word, FREE, __ATOMIC_RELEASE) == WAITED_FOR)
		SYS(SYS_futex, &lock->word, FUTEX_WAKE_PRIVATE, 1);
}
