/* SPDX-License-Identifier: MIT */
/* The calls that are interrupted. */
#ifndef TESTS_INTERRUPT_ACT_H
#define TESTS_INTERRUPT_ACT_H

#include <stdbool.h>

struct act {
	const char *name;
	bool host;
	void (*prepare)(bool host); /* makes the call's mappings */
	void (*make)(void);         /* the call alone */
	void (*expect)(bool host);  /* dies unless it was done, and undoes it */
	bool limits;                /* it changes them */
};

/* Up to one without a name. */
extern const struct act acts[];

/* After a call that did not return: checks the memory that it was to leave alone. */
void act_expect_rest(void);

#endif
