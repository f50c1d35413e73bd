/* SPDX-License-Identifier: MIT */
/* Which operations meet: sets of scripts, each explored in turn. */
#ifndef VALIMIT_TESTS_MODEL_PLAN_H
#define VALIMIT_TESTS_MODEL_PLAN_H

#include "script.h"

#define PLAN_LENGTH 3 /* operations of a thread, at most */

/* What is to be run, beside the scripts. */
struct plan {
	enum bed_sort sort;
	int threads, preemptions, timeouts, handlers;
	unsigned long random;
	uint64_t seed;
	/* What each thread does; and its handler. Ends with SCRIPT_OPERATIONS. */
	enum script_operation script[EXPLORE_THREADS][PLAN_LENGTH + 1];
	enum script_operation handler[PLAN_LENGTH + 1];
};

/* Of all plans so far. */
struct plan_total {
	unsigned long plans, runs, steps, faults;
	const char *fault; /* the latest; NULL: none */
};

/* Explores one plan, and adds to the total. Where it finds a fault, with `show`, prints
 * what has led to it. */
void plan_run(const struct plan *plan, struct plan_total *total, bool show);

/* All pairs of operations; each thread maps a host's memory afterwards. Where `until`
 * is not NULL, ends when a fault is found that begins so, and prints none. */
void plan_pairs(struct plan plan, struct plan_total *total, const char *until);

/* Each operation as the first of the first thread's, with each of some handlers. */
void plan_interrupted(struct plan plan, struct plan_total *total, const char *until);

/* One of these handlers, by any number. */
void plan_handler(struct plan *plan, int number);

#endif
