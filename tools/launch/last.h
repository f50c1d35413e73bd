/* SPDX-License-Identifier: MIT */
/*
 * The last step: a list of system calls that destroy the launcher and fence
 * everything outside the window, made by a little code that lies in the window
 * with all that the calls point to, and then the jump to the program.
 */
#ifndef LAUNCH_LAST_H
#define LAUNCH_LAST_H

#include "plan.h"
#include "stack.h"

/* Bytes that the code and its list take. */
size_t last_size(void);

/* What the list is made from. */
struct last_facts {
	const struct settings *settings;
	const struct persona *persona;
	const struct program *program;
	const struct plan *plan;
	const struct self *self;
	const struct stack *stack;
	uintptr_t entry; /* where the program, or its dynamic linker, begins */
};

/* Becomes the program. What can go wrong before the fence stands ends the
 * process with a message. */
_Noreturn void last_run(const struct last_facts *facts);

#endif
