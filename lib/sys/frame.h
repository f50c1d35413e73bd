/* SPDX-License-Identifier: MIT */
/*
 * Whether a call that a signal handler has interrupted will ever go on. The
 * handler may have left it for good with siglongjmp(), and what the call held
 * would be held for ever.
 *
 * Each call into the library that may hold something keeps a mark on its stack.
 * The mark of a call that goes on is intact, and a handler runs. That of one that was
 * left lies below the stack pointer, or has been overwritten by the calls that came
 * after it; or it is intact by chance, but no signal is blocked, as one is while
 * its handler runs.
 */
#ifndef VALIMIT_SYS_FRAME_H
#define VALIMIT_SYS_FRAME_H

#include <stdbool.h>
#include <stdint.h>

struct frame {
	volatile uint64_t number, check;
	uint64_t outer; /* mark of the call that this one is nested in */
} __attribute__((aligned(16)));

/* A mark refers to a frame that may not be there any more. It is one word, so that
 * a handler finds the old one or the new one. Never 0. */
#define FRAME_NONE 1UL /* of code that no frame encloses */

/* The mark of this thread's innermost call; and how many calls it has entered. */
extern __thread uint64_t frame_innermost, frame_entered;

/* A mark is a frame's address, which is below 2^48 and a multiple of 16, and the low
 * bits of its number. */
#define FRAME_NUMBER_BITS 20
#define FRAME_ADDRESS_SHIFT (FRAME_NUMBER_BITS - 4)

static inline uint64_t frame_low_bits(uint64_t number)
{
	return number & ((1UL << FRAME_NUMBER_BITS) - 1);
}

static inline uint64_t frame_check(uintptr_t frame, uint64_t number)
{
	return 0x76616c696d6974UL /* "valimit" */ ^ frame ^ number << 16;
}

/* Around a call; `frame` is a local variable of its. */
static inline void frame_enter(struct frame *frame)
{
	uintptr_t address = (uintptr_t)frame;

	frame->outer = frame_innermost;
	frame->number = ++frame_entered;
	frame->check = frame_check(address, frame->number);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	frame_innermost = address << FRAME_ADDRESS_SHIFT | frame_low_bits(frame->number);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
}

static inline void frame_leave(struct frame *frame)
{
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	frame_innermost = frame->outer;
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	frame->check = 0;
}

/* The mark of the frame that the call is in. */
static inline uint64_t frame_now(void)
{
	return frame_innermost;
}

/* Whether a call of this thread was left; asked by a call that has a frame of its own.
 * Handlers on an alternate stack are told apart; so are handlers with SA_NODEFER. A
 * thread library that switches stacks inside a handler is not: it must not go on with
 * another of its threads' calls. In doubt the answer is false. Async-signal-safe. */
bool frame_is_left(uint64_t mark);

#endif
