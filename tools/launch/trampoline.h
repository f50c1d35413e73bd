/* SPDX-License-Identifier: MIT */
/*
 * The launcher's last step. A little code inside the window makes a list of
 * system calls, which unmap the launcher and fence everything outside the
 * window, and then jumps to the program.
 */
#ifndef LAUNCH_TRAMPOLINE_H
#define LAUNCH_TRAMPOLINE_H

#include "plan.h"
#include "stack.h"

/* Size of the code with its list, in bytes. */
size_t trampoline_size(void);

/* The sources of the list. */
struct trampoline_facts {
	const struct settings *settings;
	const struct personality *personality;
	const struct program *program;
	const struct plan *plan;
	const struct self *self;
	const struct stack *stack;
	uintptr_t entry; /* first instruction of the program or of its dynamic linker */
};

/* Becomes the program. Ends the process with a message if the fence cannot be
 * raised. */
_Noreturn void trampoline_run(const struct trampoline_facts *facts);

#endif
