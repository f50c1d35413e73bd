/* SPDX-License-Identifier: MIT */
/* What calls demand and take away, and what becomes of their results. */
#ifndef TESTS_ORACLE_DEMAND_H
#define TESTS_ORACLE_DEMAND_H

#include "call.h"
#include "site.h"

/* What a call demands, beyond what it is given. */
struct demand {
	uintptr_t address;
	uint64_t length; /* a multiple of the pages' size, where those are huge */
	uint64_t align;
	bool late; /* the kernel may fail after it has unmapped what is there */
};

/* In the process without the library: whether the model of a window says no. */
bool demand_denied(const struct site *site, const struct demand *demand);

/* Makes the call between two looks at what it demands, and notes in the outcome
 * whether it has failed and changed something. Where it fails late, what is left
 * there goes in both processes: one of them may have lost it. */
long demand_call(struct site *site, const struct oracle_call *call, const struct demand *demand,
		 struct op_outcome *outcome);

/* The answer goes into the slot. */
void demand_fill(struct site *site, unsigned int to, long answer, uint64_t length);

/* An address that the kernel or the library has chosen, as it is compared. */
int64_t demand_compared(const struct site *site, long answer, uint64_t length);

/* Both, for an operation that maps; and something is written there. */
int64_t demand_keep(struct site *site, const struct op *op, long answer, uint64_t length);

/* Whether the operation is on all of a slot: where addresses are not compared,
 * or the kernel would fill the hole with what the library places elsewhere. */
bool demand_whole(const struct site *site, const struct op *op);

/* What a call takes away. */
struct demand demand_source(struct site *site, const struct op *op);

#endif
