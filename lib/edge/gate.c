/* SPDX-License-Identifier: MIT */
#include "gate.h"

#include <stdint.h>
#include <time.h>

#include "kernel/sys.h"

/* Calls that are inside, and whether more may enter. */
#define CLOSED 0x80000000U

static uint32_t gate;
static __thread bool inside;

void gate_pause(int turn)
{
	static const struct timespec while_ = { 0, 100000 };

	if (turn < 100)
		SYS(SYS_sched_yield, 0);
	else
		SYS(SYS_nanosleep, &while_, 0);
}

static bool try_enter(void)
{
	inside = true;
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	if (!(__atomic_fetch_add(&gate, 1, __ATOMIC_ACQUIRE) & CLOSED))
		return true;
	__atomic_fetch_sub(&gate, 1, __ATOMIC_RELEASE);
	inside = false;
	return false;
}

bool gate_enter(void)
{
	if (inside)
		return false;
	for (int turn = 0; !try_enter(); turn++) {
		if (turn == GATE_PATIENCE)
			return false;
		gate_pause(turn);
	}
	return true;
}

void gate_leave(bool entered)
{
	if (!entered)
		return;
	__atomic_fetch_sub(&gate, 1, __ATOMIC_RELEASE);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	inside = false;
}

bool gate_close(void)
{
	if (inside)
		return false;
	inside = true;
	__atomic_fetch_or(&gate, CLOSED, __ATOMIC_ACQ_REL);
	for (int turn = 0; turn < GATE_PATIENCE && __atomic_load_n(&gate, __ATOMIC_ACQUIRE) != CLOSED;
	     turn++)
		gate_pause(turn);
	return true;
}

void gate_open(void)
{
	__atomic_fetch_and(&gate, ~CLOSED, __ATOMIC_RELEASE);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	inside = false;
}

void gate_fork_child(void)
{
	__atomic_store_n(&gate, inside ? 1 : 0, __ATOMIC_RELAXED);
}
