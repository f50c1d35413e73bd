/* SPDX-License-Identifier: MIT */
/* The calls themselves: by the instruction in the process without the library,
 * by the operation's route in the other. */
#ifndef TESTS_ORACLE_CALL_H
#define TESTS_ORACLE_CALL_H

#include "site.h"

struct oracle_call {
	long number;
	enum op_route route;
	unsigned int unseen; /* what the configuration must allow for ROUTE_RAW */
	uintptr_t start;     /* what it takes or leaves: [start, start + length) */
	uint64_t length;
	long argument[6];
};

void call_arguments(struct oracle_call *call, long a, long b, long c, long d, long e, long f);

/* The answer, or -errno; notes in the outcome whether a call that worked has
 * set errno. */
long call_make(const struct site *site, const struct oracle_call *call, struct op_outcome *outcome);

/* The library's function of the same name with a range. */
long call_range(uintptr_t begin, uintptr_t end, const struct oracle_call *call,
		struct op_outcome *outcome);

/* Unmaps, in the ordinary way of the side. */
void call_undo(const struct site *site, uintptr_t address, uint64_t length);

/* Goes on in a child; the parent ends as it does. */
void call_fork(enum op_route route);

/* Once in a process: finds those. */
void call_prepare(void);

#endif
