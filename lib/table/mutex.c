/* SPDX-License-Identifier: MIT */
#include "mutex.h"

#include <errno.h>
#include <linux/futex.h>
#include <time.h>

#include "core/rare.h"
#include "sys/sys.h"

/* A critical section takes a tenth of a microsecond: spin for a few of them. The lock's
 * model defines fewer, since its number of orders grows with them. */
#ifndef SPINS
#define SPINS 100
#endif

/* Longest wait without a change of holder: longer than a preemption on a loaded machine,
 * shorter than the time after which a garbage collector counts as hanging. */
#define PATIENCE_NS 50000000L

void mutex_init(struct mutex *mutex)
{
	*mutex = (struct mutex){ .word = MUTEX_FREE, .stuck = UINT32_MAX };
}

static long wait(struct mutex *mutex, uint32_t word, uint64_t *busy)
{
	uint64_t mark = *busy;
	struct timespec patience = { 0, PATIENCE_NS };
	long result;

	mutex_set_busy(busy, 0);
	result = SYS(SYS_futex, &mutex->word, FUTEX_WAIT_PRIVATE, word, &patience);
	mutex_set_busy(busy, mark);
	return result;
}

/* Whether the holder has not changed during a wait that has timed out. Notes its turn, so
 * that later calls do not wait for it. */
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

		if (word == MUTEX_WIPED && mutex_try(mutex, MUTEX_WIPED, mutex_held_by(busy))) {
			__atomic_store_n(&mutex->stuck, UINT32_MAX, __ATOMIC_RELAXED);
			return mutex_won(mutex, MUTEX_INHERITED);
		}
		/* Other threads may be waiting too: take the lock with WAITED_FOR, so that
		 * its release wakes the next. */
		if (word == MUTEX_FREE &&
		    mutex_try(mutex, MUTEX_FREE, mutex_held_by(busy) | MUTEX_WAITED_FOR))
			return mutex_won(mutex, MUTEX_TAKEN);
		if (!(word & MUTEX_HELD))
			continue;
		if (!(word & MUTEX_WAITED_FOR) && !mutex_try(mutex, word, word | MUTEX_WAITED_FOR))
			continue;

		uint32_t now = __atomic_load_n(&mutex->turns, __ATOMIC_RELAXED);

		if (__atomic_load_n(&mutex->stuck, __ATOMIC_RELAXED) == now)
			return MUTEX_BUSY;
		if (wait(mutex, word | MUTEX_WAITED_FOR, busy) == -ETIMEDOUT &&
		    is_stuck(mutex, turn))
			return MUTEX_BUSY;
		turn = __atomic_load_n(&mutex->turns, __ATOMIC_RELAXED);
	}
}

static enum mutex_result take(struct mutex *mutex, uint64_t *busy)
{
	uint32_t mine = mutex_held_by(busy);

	for (int i = 0; i < SPINS; i++) {
		sys_pause();
		if (__atomic_load_n(&mutex->word, __ATOMIC_RELAXED) == MUTEX_FREE &&
		    mutex_try(mutex, MUTEX_FREE, mine))
			return mutex_won(mutex, MUTEX_TAKEN);
	}
	return take_slowly(mutex, busy);
}

RARE enum mutex_result mutex_wait(struct mutex *mutex, uint64_t *busy)
{
	enum mutex_result result = take(mutex, busy);

	if (result == MUTEX_BUSY)
		mutex_set_busy(busy, 0);
	return result;
}

RARE void mutex_wake(struct mutex *mutex)
{
	SYS(SYS_futex, &mutex->word, FUTEX_WAKE_PRIVATE, 1);
}

bool mutex_is_mine(const struct mutex *mutex, const uint64_t *busy)
{
	uint32_t word = __atomic_load_n(&mutex->word, __ATOMIC_RELAXED);

	return (word & ~(uint32_t)MUTEX_WAITED_FOR) == mutex_held_by(busy);
}
