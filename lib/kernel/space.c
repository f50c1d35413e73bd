/* SPDX-License-Identifier: MIT */
#include "space.h"

#include "core/rare.h"
#include "frame.h"
#include "mask.h"
#include "pool.h"
#include "sys.h"
#include "wait.h"

/* The one copy for those who do not inline them. */
extern inline struct window space_window(const struct space *space);
extern inline struct spans space_spans(const struct space *space);
extern inline struct spans space_rest(const struct space *space);
extern inline bool space_inside(const struct space *space, uintptr_t start, size_t length);

/* The call of this thread that is at the table, by its mark; 0: none. A handler
 * that interrupts it there must not wait for the lock. */
static __thread uint64_t at_table;

/* Whether fork() was called with the table in hand; and the signals that were
 * blocked before. */
static __thread bool forking;
static __thread uint64_t forking_mask;

/* The first call in a child: its table is a copy of the parent's, perhaps in
 * the middle of a change by a thread that it does not have. */
static void adopt(struct space *space, bool torn)
{
	space->epoch++;
	space->table->pid = (uint32_t)SYS(SYS_getpid, 0);
	space_count(space, COUNT_FORK);
	if (torn)
		space->stale = STALE_TORN;
	else if ((space->in_flight != 0 || space->claims != 0) && space->stale < STALE_ADOPTED)
		space->stale = STALE_ADOPTED;
	/* A hole that a thread had opened, which the child does not have, stays open. */
	if (torn || space->claims != 0) {
		space->owed = (struct span){ space->min, space->top };
		__atomic_store_n(&space->owes, true, __ATOMIC_RELAXED);
	}
	space->in_flight = 0;
	space->yielding = 0;
}

void space_unlock(struct space *space)
{
	pool_trim(space);
	__atomic_store_n(&space->table->sequence, space->table->sequence + 1, __ATOMIC_RELEASE);
	lock_release(space->lock, &at_table);
}

bool space_lock(struct space *space)
{
	if (at_table) {
		space_count(space, COUNT_WITHOUT_TABLE);
		return false;
	}
	switch (lock_take(space->lock, &at_table, frame_now())) {
	case LOCK_BUSY:
		space_count(space, COUNT_WITHOUT_TABLE);
		return false;
	case LOCK_INHERITED:
		adopt(space, space->table->sequence & 1);
		space->table->sequence |= 1;
		break;
	case LOCK_TAKEN:
		__atomic_store_n(&space->table->sequence, space->table->sequence + 1,
				 __ATOMIC_RELAXED);
		break;
	}
	/* The reader in another process must see the odd number first. */
	__atomic_thread_fence(__ATOMIC_RELEASE);
	return true;
}

bool space_lock_patiently(struct space *space)
{
	uint32_t turns = lock_turns(space->lock);

	for (int turn = 0; turn < WAIT_TURNS; turn++) {
		if (space_lock(space))
			return true;
		if (at_table || __atomic_load_n(&space->given_up, __ATOMIC_RELAXED) == turns)
			return false;
		if (lock_turns(space->lock) != turns) {
			turns = lock_turns(space->lock);
			turn = 0;
		}
		wait_turn(turn);
	}
	/* Later calls do not wait for the same holder. */
	__atomic_store_n(&space->given_up, turns, __ATOMIC_RELAXED);
	return false;
}

bool space_interrupted(const struct space *space)
{
	(void)space;
	return at_table != 0;
}

bool space_take_back(struct space *space)
{
	if (!at_table || !frame_is_left(at_table))
		return false;
	if (!lock_is_mine(space->lock, &at_table)) {
		at_table = 0;
		return false;
	}
	at_table = frame_now();
	space->table->sequence |= 1;
	return true;
}

void space_set_window(struct space *space, struct window window)
{
	space->window[(space->limits + 1) & 1] = window;
	__atomic_store_n(&space->limits, space->limits + 1, __ATOMIC_RELEASE);
	space->table->lower = window.lower;
	space->table->upper = window.upper;
}

uintptr_t space_border(const struct space *space, uintptr_t at, uintptr_t end)
{
	struct window window = space_window(space);

	if (window.lower > at && window.lower < end)
		end = window.lower;
	if (window.upper > at && window.upper < end)
		end = window.upper;
	return end;
}

/* No handler of this thread may run while its fork has the table, for half a second
 * where page tables are large. Other threads do not wait for ever: fork() goes on
 * to take malloc's locks, and one of these may be held by a thread whose handler
 * waits for the table. */
void space_fork_prepare(struct space *space)
{
	forking_mask = mask_block();
	forking = space_lock(space);
	if (!forking)
		mask_restore(forking_mask);
}

void space_fork_parent(struct space *space)
{
	if (!forking)
		return;
	forking = false;
	space_unlock(space);
	mask_restore(forking_mask);
}

void space_fork_child(struct space *space)
{
	if (!forking)
		return;
	forking = false;
	adopt(space, false);
	space_unlock(space);
	mask_restore(forking_mask);
}

RARE void space_discard(struct space *space, uintptr_t start, size_t length)
{
	if (sys_munmap(start, length) < 0)
		space_missed(space);
}
