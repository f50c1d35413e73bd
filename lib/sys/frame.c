/* SPDX-License-Identifier: MIT */
#include "frame.h"

#include <signal.h>

#include "usercopy.h"
#include "sys.h"

/* Bound on the distance of two frames on one stack. */
#define STACK_LARGEST (64UL << 20)

__thread uint64_t frame_innermost = FRAME_NONE;
__thread uint64_t frame_entered;

static bool is_on(const stack_t *stack, uintptr_t address)
{
	return address - (uintptr_t)stack->ss_sp < stack->ss_size;
}

/* Whether a frame below the stack pointer was left. It was not if this is a handler on an
 * alternate stack that has interrupted it. */
static bool is_below(uintptr_t frame, uintptr_t here)
{
	stack_t alternate;

	if (SYS(SYS_sigaltstack, 0, &alternate) < 0)
		return false;
	if (!(alternate.ss_flags & SS_DISABLE) && is_on(&alternate, frame) != is_on(&alternate, here))
		return is_on(&alternate, frame);
	return here - frame < STACK_LARGEST;
}

/* The kernel's struct sigaction; flags are its second word. */
struct action {
	uint64_t handler, flags, more[6];
};

static bool any_is_not_deferred(void)
{
	struct action action;

	for (int number = 1; number <= 64; number++)
		if (SYS(SYS_rt_sigaction, number, 0, &action, sizeof(uint64_t)) < 0 ||
		    action.flags & (unsigned long)SA_NODEFER)
			return true;
	return false;
}

static bool no_handler_runs(void)
{
	uint64_t mask;

	return SYS(SYS_rt_sigprocmask, SIG_BLOCK, 0, &mask, sizeof(mask)) == 0 && mask == 0 &&
	       !any_is_not_deferred();
}

static uintptr_t address_of(uint64_t mark)
{
	return mark >> FRAME_NUMBER_BITS << 4;
}

bool frame_is_left(uint64_t mark)
{
	/* Functions that this call has called have their frames below its own. */
	uintptr_t here = frame_innermost == FRAME_NONE ? (uintptr_t)__builtin_frame_address(0) :
						   address_of(frame_innermost);
	uintptr_t address = address_of(mark);
	struct frame copy;

	if (mark == FRAME_NONE)
		return false;
	if (address < here && is_below(address, here))
		return true;
	if (user_read(&copy, (const void *)address, sizeof(copy)) < 0)
		return true;
	if (frame_low_bits(copy.number) != frame_low_bits(mark) ||
	    copy.check != frame_check(address, copy.number))
		return true;
	return no_handler_runs();
}
