/* SPDX-License-Identifier: MIT */
/* The two processes, and the comparison of a sequence's results in them. */
#ifndef TESTS_ORACLE_PAIR_H
#define TESTS_ORACLE_PAIR_H

#include <sys/types.h>

#include "config.h"
#include "shared.h"

struct pair {
	const struct config *config;
	struct shared *shared;
	int memory;
	int control[SIDES];
	pid_t pid[SIDES];
};

enum difference {
	DIFFERENCE_NONE,
	DIFFERENCE_ANSWER,
	DIFFERENCE_STATE,
	DIFFERENCE_LOST,  /* the library has changed something, and failed */
	DIFFERENCE_ERRNO, /* set by a call that worked */
	DIFFERENCE_END,   /* a process died, or hung */
};

struct oracle_verdict {
	enum difference difference;
	uint32_t at;       /* operation; without a difference: how many were compared */
	int status[SIDES]; /* of the processes */
};

/* Starts both. `preload` is what LD_PRELOAD gets in the confined one. Ends the
 * program where they do not start. */
void pair_start(struct pair *pair, const struct config *config, const char *preload);
void pair_stop(struct pair *pair);

/* Lets both perform the sequence, looking at the memory after `every` of its operations, and
 * compares; a verdict on the first difference that has no excuse. If `count_excuses`,
 * excused differences are counted. */
struct oracle_verdict pair_run(struct pair *pair, const struct op *ops, uint32_t count,
			       uint32_t every, bool count_excuses);

#endif
