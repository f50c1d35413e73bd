/* SPDX-License-Identifier: MIT */
#include "gate.h"

#include <stdint.h>

#include "core/rare.h"
#include "sys/child.h"
#include "sys/patience.h"

/*
 * The gate's state, in one word so that it changes atomically: how many calls are inside; how
 * many of those are written off, after a wait in vain (calls that were left by siglongjmp(), or
 * that take very long), so that no change waits for them again; the number of the latest wait
 * in vain (the era); and whether the gate is closed.
 */
#define COUNT_BITS 20
#define COUNT_MASK ((1UL << COUNT_BITS) - 1)
#define OFF_ONE    (1UL << COUNT_BITS)
#define ERA_SHIFT  (2 * COUNT_BITS)
#define ERA_MASK   0x7fffffUL
#define CLOSED     (1UL << 63)

static uint64_t gate;

static uint32_t count_of(uint64_t word)
{
	return word & COUNT_MASK;
}

/* The number of written-off calls, which are also counted as inside. */
static uint32_t off_of(uint64_t word)
{
	return word >> COUNT_BITS & COUNT_MASK;
}

static uint32_t era_of(uint64_t word)
{
	return word >> ERA_SHIFT & ERA_MASK;
}

/*
 * The mark of the thread's outermost call inside, or about to enter or to leave; 0: none. A
 * handler cannot tell whether the gate has counted the call that it interrupts, so its own
 * calls are counted as well.
 */
static __thread uint64_t inside;

/* A thread's calls: how many the gate has counted, how many of those, the oldest, are written
 * off, and the era of that number. */
struct calls {
	uint32_t counted, off, era;
};

static __thread struct calls mine;

/* Whether this thread has closed the gate. */
static __thread bool closes;

/* Whether a call may enter. A closed gate admits only handlers' calls (`nested`) while it waits
 * for the calls that they interrupt: those could never leave otherwise. */
static bool is_open(uint64_t seen, bool nested)
{
	return !(seen & CLOSED) || (nested && count_of(seen) > off_of(seen));
}

/* Updates a thread's numbers to the gate's era: the wait in vain has written off all its calls. */
static void know_era(struct calls *calls, uint64_t seen)
{
	if (calls->era == era_of(seen))
		return;
	calls->era = era_of(seen);
	calls->off = calls->counted;
}

static bool try_enter(bool nested)
{
	uint64_t seen = __atomic_load_n(&gate, __ATOMIC_RELAXED);

	while (is_open(seen, nested))
		if (__atomic_compare_exchange_n(&gate, &seen, seen + 1, false, __ATOMIC_ACQUIRE,
						__ATOMIC_RELAXED)) {
			know_era(&mine, seen);
			mine.counted++;
			return true;
		}
	return false;
}

/* Leaves with `calls` calls. The thread's count is changed before the gate's, since a handler
 * may leave by siglongjmp() in between: then the gate's count is too large, which a wait in
 * vain writes off. In the other order a call still inside would be taken for one that has left. */
static void leave(uint32_t calls)
{
	uint64_t seen = __atomic_load_n(&gate, __ATOMIC_RELAXED), less;
	struct calls gone = { .counted = calls, .era = era_of(seen) };

	know_era(&mine, seen);
	mine.counted -= calls;
	if (mine.off > mine.counted) {
		gone.off = mine.off - mine.counted;
		mine.off = mine.counted;
	}
	do {
		know_era(&gone, seen);
		less = gone.counted + gone.off * OFF_ONE;
	} while (!__atomic_compare_exchange_n(&gate, &seen, seen - less, false, __ATOMIC_RELEASE,
					      __ATOMIC_RELAXED));
}

/* Whether a handler interrupts this thread's call and may return to it. If a handler has left
 * the call for good, ends it here. */
static RARE bool is_interrupted(void)
{
	if (!frame_is_left(inside))
		return true;
	leave(mine.counted);
	inside = 0;
	return false;
}

static uint32_t *begun;

/* In a raw clone()'s child the gate may have been closed by a thread of the parent. */
static RARE void open_in_child(void)
{
	if (child_begins(begun))
		__atomic_fetch_and(&gate, ~CLOSED, __ATOMIC_RELEASE);
}

static bool enter(bool nested)
{
	for (int turn = 0; !try_enter(nested); turn++) {
		open_in_child();
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
	/* An interrupted call may have read the gate and not yet `mine`: gate_leave() restores
	 * these. */
	pass->era = mine.era;
	pass->off = mine.off;
	if (!pass->nested)
		inside = frame_now();
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	pass->entered = !closes && enter(pass->nested);
}

void gate_leave(struct pass *pass)
{
	/* The outermost call also ends the handlers' calls that were left by siglongjmp(). */
	if (!pass->nested)
		leave(mine.counted);
	else if (pass->entered)
		leave(1);
	if (pass->nested) {
		mine.era = pass->era;
		mine.off = pass->off;
	}
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	if (!pass->nested)
		inside = 0;
	frame_leave(&pass->frame);
}

/* Writes off all calls inside. Their claims stay valid. */
static void write_off(void)
{
	uint64_t seen = __atomic_load_n(&gate, __ATOMIC_RELAXED), now;

	do
		now = CLOSED | ((era_of(seen) + 1UL) & ERA_MASK) << ERA_SHIFT |
		      count_of(seen) * OFF_ONE | count_of(seen);
	while (!__atomic_compare_exchange_n(&gate, &seen, now, false, __ATOMIC_ACQ_REL,
					    __ATOMIC_RELAXED));
}

static void await_empty(void)
{
	for (int turn = 0; turn < PATIENCE_TURNS; turn++) {
		uint64_t seen = __atomic_load_n(&gate, __ATOMIC_ACQUIRE);

		if (count_of(seen) == off_of(seen))
			return;
		patience_turn(turn);
	}
	write_off();
}

bool gate_close(void)
{
	if (inside && is_interrupted())
		return false;
	open_in_child();
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

void gate_watch(uint32_t *wiped)
{
	*wiped = 1;
	begun = wiped;
}

void gate_fork_child(void)
{
	if (begun)
		*begun = 1;
	know_era(&mine, gate);
	gate = (gate & (CLOSED | ERA_MASK << ERA_SHIFT)) | mine.off * OFF_ONE | mine.counted;
}
