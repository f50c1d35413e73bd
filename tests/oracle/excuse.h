/* SPDX-License-Identifier: MIT */
/* Differences that are meant to be: each with its reason, and counted. */
#ifndef TESTS_ORACLE_EXCUSE_H
#define TESTS_ORACLE_EXCUSE_H

#include "pair.h"

enum excuse {
	EXCUSE_NONE,
	EXCUSE_GOOD,
	EXCUSE_ENDS, /* from here on the two processes are in different states */
};

/* Whether there is an excuse for the difference. */
enum excuse excuse_find(const struct config *config, const struct op *op,
			enum difference difference, const struct op_outcome *kernel,
			const struct op_outcome *library, bool count);

/* Prints all, with how often each was used. */
void excuse_print(void);

#endif
