/* SPDX-License-Identifier: MIT */
/* The life of the process whose call is interrupted. */
#ifndef TESTS_INTERRUPT_LIFE_H
#define TESTS_INTERRUPT_LIFE_H

#include "act.h"

/* How a handler ends. */
enum manner {
	RETURNS,
	JUMPS,       /* with siglongjmp() out of the call */
	JUMPS_ASIDE, /* likewise, having run on a stack of its own */
	MANNERS
};

/* The signal at the instruction, and those that mark the call's begin and end: the process
 * sends them to itself, and its tracer keeps them. */
#define INTERRUPT SIGUSR1
#define MARK      SIGUSR2

/* How it ends where all is well: a handler ran, or none did. Status 1 where
 * something was lost or astray, which is told on stderr. */
enum { LIFE_INTERRUPTED = 0, LIFE_QUIET = 2 };

/* In a child: is traced, holds memory, makes the call between two marks, and looks
 * whether all is well. */
void life(const struct act *act, enum manner manner) __attribute__((noreturn));

#endif
