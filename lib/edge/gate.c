/* SPDX-License-Identifier: MIT */
#include "gate.h"

#include <stdint.h>

#include "core/rare.h"
#include "sys/patience.h"

/* Calls that are inside, and whether more may enter. */
#define CLOSED 0x80000000U

static uint32_t gate;

/*
 * The call by which this thread is inside, or is just about to enter or to leave; 0:
 * none. A handler cannot tell whether the gate has counted the call that it
 * interrupts, so its own calls are counted as well.
 */
static __thread uint64_t inside;

/* How many of this thread's calls the gate has counted. */
static __thread uint32_t counted;

/* Whether this thread has closed it. */
static __thread bool closes;

/* While limits change, nothing is counted; and until then those that are inside may
 * not be kept waiting by what waits for them. */
static bool is_open(uint32_t seen, bool nested)
{
	return !(seen & CLOSED) || (nested && seen != CLOSED);
}

static bool try_enter(bool nested)
{
	uint32_t seen = __atomic_load_n(&gate, __ATOMIC_RELAXED);

	while (is_open(seen, nested))
		if (__atomic_compare_exchange_n(&gate, &seen, seen + 1, false, __ATOMIC_ACQUIRE,
						__ATOMIC_RELAXED)) {
			counted++;
			return true;
		}
	return false;
}

static void leave(uint32_t calls)
{
	counted -= calls;
	__atomic_fetch_sub(&gate, calls, __ATOMIC_RELEASE);
}

/* Whether a handler has interrupted this thread's call, and may go back to it. If
 * a handler has left its calls for good, they are ended here. */
static RARE bool is_interrupted(void)
{
	if (!frame_is_left(inside))
		return true;
	leave(counted);
	inside = 0;
	return false;
}

static bool enter(bool nested)
{
	for (int turn = 0; !try_enter(nested); turn++) {
		if (turn == PATIENCE_TURNS)
			return false;
		patience_turn(turn);
	}
	return true;
}

void gate_enter(struct pass *pass)
{
	frame_enter(&pass->frame);
	pass->nested = inside && is_interrupted();
	if (!pass->nested)
		inside = frame_now();
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	pass->entered = !closes && enter(pass->nested);
}

void gate_leave(struct pass *pass)
{
	/* With the first call end those that handlers have left by a jump. */
	if (!pass->nested)
		leave(counted);
	else if (pass->entered)
		leave(1);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	if (!pass->nested)
		inside = 0;
	frame_leave(&pass->frame);
}

/* How many of those that are counted have been waited for in vain: calls that a jump
 * has left between two steps, or that take very long. Only who closes the gate has
 * this. */
static uint32_t written_off;

static void await_empty(void)
{
	uint32_t count;

	for (int turn = 0; turn < PATIENCE_TURNS; turn++) {
		count = __atomic_load_n(&gate, __ATOMIC_ACQUIRE) & ~CLOSED;
		if (count < written_off)
			written_off = count;
		if (count == written_off)
			return;
		patience_turn(turn);
	}
	/* The claims of what is still inside hold. */
	written_off = count;
}

bool gate_close(void)
{
	if (inside && is_interrupted())
		return false;
	closes = true;
	inside = frame_now();
	__atomic_fetch_or(&gate, CLOSED, __ATOMIC_ACQ_REL);
	await_empty();
	return true;
}

void gate_open(void)
{
	__atomic_fetch_and(&gate, ~CLOSED, __ATOMIC_RELEASE);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	inside = 0;
	closes = false;
}

void gate_fork_child(void)
{
	written_off = 0;
	__atomic_store_n(&gate, closes ? CLOSED : counted, __ATOMIC_RELAXED);
}
