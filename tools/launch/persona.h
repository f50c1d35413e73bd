/* SPDX-License-Identifier: MIT */
/*
 * The kernel's layout of the address space. One that searches for room from the
 * bottom up begins at a quarter or a third of it and never comes to a window
 * below; which it is was decided when the launcher was started. So the launcher
 * starts itself again without what asks for it, and gives that back to the
 * program at the end. The same with a place that is random where a seed is to
 * decide.
 */
#ifndef LAUNCH_PERSONA_H
#define LAUNCH_PERSONA_H

#include <stdbool.h>
#include <sys/resource.h>

#include "settings.h"

struct persona {
	bool changed;           /* these are the program's, to be restored */
	unsigned long persona;
	struct rlimit stack;    /* the program's in any case */
};

/* Whether the launcher has started itself again. */
bool persona_again(const struct given *given);

/* Finds out, or starts the launcher again. Ends it where the system leaves no
 * other layout. */
void persona_settle(struct persona *persona, const struct settings *settings,
		    const struct given *given);

/* Gives the process the program's own, as far as they were changed. */
void persona_restore(const struct persona *persona);

#endif
