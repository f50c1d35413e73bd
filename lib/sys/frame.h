/* SPDX-License-Identifier: MIT */
/*
 * Detects calls that a signal handler has left by siglongjmp(): they will never go on, and the
 * locks and claims that they hold would be held for ever.
 *
 * Each call into the library that may hold something keeps a mark on its stack. While the call
 * can go on, its mark is intact and a handler is running. Once the call was left, its mark lies
 * below the stack pointer, or later calls have overwritten it; or it is intact by chance while
 * no signal is blocked, as one would be during its handler.
 */
#ifndef VALIMIT_SYS_FRAME_H
#define VALIMIT_SYS_FRAME_H

#include <stdbool.h>
#include <stdint.h>

struct frame {
	volatile uint64_t number, check;
	uint64_t outer; /* mark of the enclosing call */
} __attribute__((aligned(16)));

/* A mark refers to a frame that may have gone. It is one word, so that a handler reads either
 * the old or the new one. Never 0. */
#define FRAME_NONE 1UL /* the mark outside all calls */

/* The mark of this thread's innermost call, and the number of calls that the thread has
 * entered. */
extern __thread uint64_t frame_innermost, frame_entered;

/* A mark holds the frame's address, which is below 2^48 and a multiple of 16, and the low bits
 * of its number. */
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

/* Begins and ends a call; `frame` is a local variable of the call. */
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

/* The mark of the current call. */
static inline uint64_t frame_now(void)
{
	return frame_innermost;
}

/* Whether a call of this thread was left. The calling function has a frame of its own. Handlers
 * on an alternate stack and handlers with SA_NODEFER are recognized. Not recognized: a thread
 * library that switches stacks inside a handler and continues another of its threads' calls. In
 * doubt the answer is false. Async-signal-safe. */
bool frame_is_left(uint64_t mark);

#endif
