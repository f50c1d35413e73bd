/* SPDX-License-Identifier: MIT */
#include "alone.h"

#include <stdint.h>

#include "sys/child.h"
#include "sys/patience.h"

static uint32_t taken;

static uint32_t *begun;

/* mine: this thread holds the lock. forks: it holds the lock for its fork. */
static __thread bool mine, forks;

static bool take(void)
{
	uint32_t none = 0;

	mine = __atomic_compare_exchange_n(&taken, &none, 1, false, __ATOMIC_ACQUIRE,
					   __ATOMIC_RELAXED);
	return mine;
}

bool alone_begin(void)
{
	if (mine)
		return false;
	/* In a raw clone()'s child the lock may belong to a thread of the parent. */
	if (child_begins(begun))
		__atomic_store_n(&taken, 0, __ATOMIC_RELEASE);
	for (int turn = 0; !take(); turn++) {
		if (turn == PATIENCE_TURNS)
			return false;
		patience_turn(turn);
	}
	return true;
}

void alone_end(void)
{
	mine = false;
	__atomic_store_n(&taken, 0, __ATOMIC_RELEASE);
}

void alone_watch(uint32_t *wiped)
{
	*wiped = 1;
	begun = wiped;
}

void alone_fork_prepare(void)
{
	/* alone_begin() fails inside this thread's own change, which then goes on in the child
	 * too. */
	forks = alone_begin();
}

void alone_fork_parent(void)
{
	if (forks)
		alone_end();
	forks = false;
}

/* Releases the lock, unless this thread's own change goes on in the child: another thread that
 * changed the window is not here. */
void alone_fork_child(void)
{
	if (begun)
		*begun = 1;
	if (forks || !mine)
		alone_end();
	forks = false;
}
