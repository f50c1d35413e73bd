/* SPDX-License-Identifier: MIT */
#include "gate.h"

#include <stdint.h>

#include "core/rare.h"
#include "kernel/wait.h"

/* Calls that are inside, and whether more may enter. */
#define CLOSED 0x80000000U

static uint32_t gate;

/* The call by which this thread is inside; 0: it is not. */
static __thread uint64_t inside;

/* A handler may jump away between two of these steps. Counted without being inside
 * is what may be left: gate_close() then waits in vain, once. */
static bool try_enter(void)
{
	uint32_t before = __atomic_fetch_add(&gate, 1, __ATOMIC_ACQUIRE);

	if (!(before & CLOSED)) {
		inside = frame_now();
		return true;
	}
	__atomic_fetch_sub(&gate, 1, __ATOMIC_RELEASE);
	return false;
}

/* The count may have been given up by gate_close(). */
static void leave(void)
{
	uint32_t count = __atomic_load_n(&gate, __ATOMIC_RELAXED);

	inside = 0;
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	while (count & ~CLOSED && !__atomic_compare_exchange_n(&gate, &count, count - 1, true,
							       __ATOMIC_RELEASE, __ATOMIC_RELAXED))
		;
}

/* Whether a handler has interrupted this thread's call, and may go back to it. If
 * a handler has left the call for good, the call is ended here. */
static RARE bool is_interrupted(void)
{
	if (!frame_is_left(inside))
		return true;
	leave();
	return false;
}

static bool enter(void)
{
	if (inside && is_interrupted())
		return false;
	for (int turn = 0; !try_enter(); turn++) {
		if (turn == WAIT_TURNS)
			return false;
		wait_turn(turn);
	}
	return true;
}

void gate_enter(struct pass *pass)
{
	frame_enter(&pass->frame);
	pass->entered = enter();
}

void gate_leave(struct pass *pass)
{
	if (pass->entered)
		leave();
	frame_leave(&pass->frame);
}

bool gate_close(void)
{
	if (inside && is_interrupted())
		return false;
	inside = frame_now();
	__atomic_fetch_or(&gate, CLOSED, __ATOMIC_ACQ_REL);
	for (int turn = 0; turn < WAIT_TURNS; turn++) {
		if (__atomic_load_n(&gate, __ATOMIC_ACQUIRE) == CLOSED)
			return true;
		wait_turn(turn);
	}
	/* What is counted still will not leave, or not soon. Its claims hold. */
	__atomic_store_n(&gate, CLOSED, __ATOMIC_RELEASE);
	return true;
}

void gate_open(void)
{
	__atomic_fetch_and(&gate, ~CLOSED, __ATOMIC_RELEASE);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	inside = 0;
}

void gate_fork_child(void)
{
	__atomic_store_n(&gate, inside ? 1 : 0, __ATOMIC_RELAXED);
}
