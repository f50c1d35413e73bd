/* SPDX-License-Identifier: MIT */
/* Walking through a call, one instruction after another. */
#ifndef TESTS_INTERRUPT_STEP_H
#define TESTS_INTERRUPT_STEP_H

#include "life.h"

/* Where a walk has come by: how many instructions the call has, and those that are
 * system calls, by their numbers from 1. */
#define STEP_SYSCALLS 4096
struct step_way {
	unsigned long length;
	unsigned int syscalls;
	unsigned long syscall[STEP_SYSCALLS];
};

/* A child's life without an interruption. Its wait status. */
int step_through(const struct act *act, enum manner manner, struct step_way *way);

/* A child's life that is interrupted when it has executed so many instructions of
 * the call, of which it takes all system calls but the last ones in one step each.
 * *reached: whether the call has as many. */
int step_interrupt(const struct act *act, enum manner manner, const struct step_way *way,
		   unsigned long at, bool *reached);

#endif
