/* SPDX-License-Identifier: MIT */
/* Memory that the oracle and its two processes share, far from all windows. */
#ifndef TESTS_ORACLE_SHARED_H
#define TESTS_ORACLE_SHARED_H

#include "op.h"

enum side {
	SIDE_KERNEL,  /* without the library */
	SIDE_LIBRARY,
	SIDES
};

/* The outcome of an operation. */
struct op_outcome {
	int64_t answer;  /* as compared: an address, a number or -errno */
	uint64_t state;  /* of the memory afterwards; 0: not looked at */
	uint8_t lost;    /* it failed, and has changed something */
	uint8_t errno_set; /* it worked, and has set errno */
	uint8_t socket;  /* it was to move a socket's memory */
	uint8_t segment; /* or a segment's */
	uint8_t without_table; /* beside hosts: the library could not have its table */
};

/* Answers that are no addresses, where addresses are not compared. */
#define ANSWER_ELSEWHERE (1L << 60) /* in the window */
#define ANSWER_ESCAPED (2L << 60)   /* outside */
#define ANSWER_IN_SLOT (3L << 60)   /* in what an earlier call returned: the offset is added */

#define SHARED_AT 0x100000000000UL
#define SHARED_OPS 4096
#define SHARED_TEXT (1UL << 20)

struct shared {
	uint64_t min;          /* vm.mmap_min_addr */
	uint32_t count;        /* operations */
	uint32_t every;        /* how many of them between two looks at the memory */
	uint32_t hosts;        /* whether a second thread maps as a host */
	uint64_t host_operations;
	uint32_t done[SIDES];
	int32_t segment[SIDES]; /* SEGMENT_PASSING; -1: none */
	struct op ops[SHARED_OPS];
	struct op_outcome outcome[SIDES][SHARED_OPS];
	char text[SIDES][SHARED_TEXT]; /* the memory as it was last looked at */
};

#endif
