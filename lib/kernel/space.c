/* SPDX-License-Identifier: MIT */
#include "space.h"

#include "core/rare.h"
#include "foreign.h"
#include "pool.h"
#include "record.h"
#include "sys.h"

/* The one copy for those who do not inline them. */
extern inline struct window space_window(const struct space *space);
extern inline struct spans space_spans(const struct space *space);
extern inline struct spans space_rest(const struct space *space);
extern inline bool space_inside(const struct space *space, uintptr_t start, size_t length);

/* Whether this thread is at the table: a handler that interrupts it there must
 * not wait for the lock. */
static __thread bool at_table;

/* Whether fork() was called with the table in hand. */
static __thread bool forking;

/* The first call in a child: its table is a copy of the parent's, perhaps in
 * the middle of a change by a thread that it does not have. */
static void adopt(struct space *space, bool torn)
{
	space->epoch++;
	space->table->pid = (uint32_t)SYS(SYS_getpid, 0);
	space_count(space, COUNT_FORK);
	if (torn)
		space->stale = STALE_TORN;
	else if (space->in_flight != 0 && space->stale < STALE_ADOPTED)
		space->stale = STALE_ADOPTED;
	space->in_flight = 0;
}

bool space_lock(struct space *space)
{
	if (at_table) {
		space_count(space, COUNT_WITHOUT_TABLE);
		return false;
	}
	switch (lock_take(space->lock, &at_table)) {
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
	if (__atomic_load_n(&space->stale, __ATOMIC_RELAXED))
		foreign_rescan(space);
	return true;
}

static void release(struct space *space)
{
	pool_trim(space);
	record_catch_up(space);
	__atomic_store_n(&space->table->sequence, space->table->sequence + 1, __ATOMIC_RELEASE);
	lock_release(space->lock, &at_table);
}

void space_unlock(struct space *space)
{
	release(space);
	/* A handler may have come between catching up and leaving. */
	while (record_waiting() && space_lock(space))
		release(space);
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

void space_fork_prepare(struct space *space)
{
	forking = space_lock(space);
}

void space_fork_parent(struct space *space)
{
	if (forking)
		space_unlock(space);
	forking = false;
}

void space_fork_child(struct space *space)
{
	if (forking) {
		adopt(space, false);
		space_unlock(space);
	}
	forking = false;
}

RARE void space_discard(struct space *space, uintptr_t start, size_t length)
{
	if (sys_munmap(start, length) < 0)
		space_missed(space);
}
