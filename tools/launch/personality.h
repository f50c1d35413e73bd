/* SPDX-License-Identifier: MIT */
/*
 * personality(2) and the stack limit, which decide at exec how the kernel lays
 * out the address space. A legacy layout searches upwards from a quarter or a
 * third of it and never reaches a window below. The launcher therefore executes
 * itself again without the flags that ask for such a layout, or, where a seed is
 * to decide, for random addresses. It restores them for the program at the end.
 */
#ifndef LAUNCH_PERSONALITY_H
#define LAUNCH_PERSONALITY_H

#include <stdbool.h>
#include <sys/resource.h>

#include "settings.h"

struct personality {
	bool changed;        /* these are the program's, to be restored */
	unsigned long flags; /* as personality(2) takes them */
	struct rlimit stack; /* the program's in any case */
};

/* Whether the launcher has executed itself again. */
bool personality_again(const struct initial_stack *initial);

/* Reads the flags, or executes the launcher again without them. Ends the process if the
 * system allows only a legacy layout. */
void personality_settle(struct personality *personality, const struct settings *settings,
			const struct initial_stack *initial);

/* Restores the program's flags and stack limit, if they were changed. */
void personality_restore(const struct personality *personality);

#endif
