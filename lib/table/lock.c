/* SPDX-License-Identifier: MIT */
#include "lock.h"

#include <time.h>

#include "core/rare.h"
#include "region.h"
#include "sys/frame.h"
#include "sys/mask.h"
#include "sys/patience.h"
#include "sys/sys.h"

__thread uint64_t lock_at_table;

/* `forking`: fork() has the table. `forking_mask`: the signals that were blocked before. */
static __thread bool forking;
static __thread uint64_t forking_mask;

/* Runs in a child's first call. The child's table is a copy of the parent's; where `torn`,
 * a thread that the child does not have was in the middle of a change. */
static RARE void adopt(struct space *space, bool torn)
{
	long pid = SYS(SYS_getpid, 0);

	space->changes.epoch++;
	if (pid > 0)
		space->table->pid = (uint32_t)pid;
	space_count(space, COUNT_FORK);
	if (torn)
		space->stale = STALE_TORN;
	else if ((space->changes.in_flight != 0 || space->changes.claims != 0) &&
		 space->stale < STALE_ADOPTED)
		space->stale = STALE_ADOPTED;
	/* A hole that another thread of the parent had open stays open in the child. */
	if (torn || space->changes.claims != 0) {
		space->holes.around = (struct span){ space->min, space->top };
		__atomic_store_n(&space->holes.unfilled, true, __ATOMIC_RELAXED);
	}
	space->changes.in_flight = 0;
	space->yielding = 0;
}

void unlock_table(struct space *space)
{
	pool_trim(space);
	__atomic_store_n(&space->table->sequence, space->table->sequence + 1, __ATOMIC_RELEASE);
	mutex_release(space->mutex, &lock_at_table);
}

bool lock_table(struct space *space)
{
	if (lock_at_table) {
		space_count(space, COUNT_WITHOUT_TABLE);
		return false;
	}
	switch (mutex_take(space->mutex, &lock_at_table, frame_now())) {
	case MUTEX_BUSY:
		space_count(space, COUNT_WITHOUT_TABLE);
		return false;
	case MUTEX_INHERITED:
		adopt(space, space->table->sequence & 1);
		space->table->sequence |= 1;
		break;
	case MUTEX_TAKEN:
		__atomic_store_n(&space->table->sequence, space->table->sequence + 1,
				 __ATOMIC_RELAXED);
		break;
	}
	/* Seqlock: a reader in another process must see the odd number before any change. */
	__atomic_thread_fence(__ATOMIC_RELEASE);
	return true;
}

/* Whether the forking thread is still at work: copying large page tables on busy processors
 * takes long. True if its CPU time has advanced since *spent. */
static bool fork_goes_on(const struct space *space, long *spent)
{
	int forker = (int)__atomic_load_n(&space->forker, __ATOMIC_RELAXED);
	struct timespec time;
	long before = *spent;

	/* The thread's CLOCK_THREAD_CPUTIME_ID, as the kernel's MAKE_THREAD_CPUCLOCK() has
	 * it. */
	if (!forker || SYS(SYS_clock_gettime, ~forker * 8 | 6, &time))
		return false;
	*spent = time.tv_nsec;
	return *spent != before;
}

RARE bool lock_table_patiently(struct space *space)
{
	uint32_t turns = mutex_turns(space->mutex);
	long spent = -1;

	for (int turn = 0; turn < PATIENCE_TURNS || fork_goes_on(space, &spent); turn++) {
		if (lock_table(space))
			return true;
		if (lock_at_table || __atomic_load_n(&space->given_up, __ATOMIC_RELAXED) == turns)
			return false;
		if (turn >= PATIENCE_TURNS || mutex_turns(space->mutex) != turns) {
			turns = mutex_turns(space->mutex);
			turn = 0;
		}
		patience_turn(turn);
	}
	/* Later calls do not wait for this holder again. */
	__atomic_store_n(&space->given_up, turns, __ATOMIC_RELAXED);
	return false;
}

bool lock_take_back(struct space *space)
{
	if (!lock_at_table || !frame_is_left(lock_at_table))
		return false;
	if (!mutex_is_mine(space->mutex, &lock_at_table)) {
		lock_at_table = 0;
		return false;
	}
	lock_at_table = frame_now();
	space->table->sequence |= 1;
	return true;
}

/* `thread`: the forking thread, 0: none. Where gettid() fails, none is known either, so
 * that no call waits longer for the fork. */
static void set_forker(struct space *space, long thread)
{
	__atomic_store_n(&space->forker, thread < 0 ? 0 : (uint32_t)thread, __ATOMIC_RELAXED);
}

/* Blocks this thread's signals while its fork has the table, up to half a second where page
 * tables are large: a handler would have to do without the table. Other threads wait for a
 * bounded time only, since fork() goes on to take malloc's locks, and a thread that holds
 * one of these may have a handler that waits for the table. */
RARE void lock_fork_prepare(struct space *space)
{
	forking_mask = mask_block();
	forking = lock_table(space);
	if (forking)
		set_forker(space, SYS(SYS_gettid, 0));
	else
		mask_restore(forking_mask);
}

RARE void lock_fork_parent(struct space *space)
{
	if (!forking)
		return;
	forking = false;
	set_forker(space, 0);
	unlock_table(space);
	mask_restore(forking_mask);
}

RARE void lock_fork_child(struct space *space)
{
	if (!forking)
		return;
	forking = false;
	adopt(space, false);
	unlock_table(space);
	mask_restore(forking_mask);
}
