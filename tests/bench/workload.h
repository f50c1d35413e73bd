/* SPDX-License-Identifier: MIT */
/* Workloads: what a worker process does over and over, on command. */
#ifndef TESTS_BENCH_WORKLOAD_H
#define TESTS_BENCH_WORKLOAD_H

#include "bench.h"

struct workload {
	const char *name;
	size_t operations;            /* in a slice, which should take about a millisecond */
	void (*prepare)(size_t size); /* once; what `size` is, the workload says */
	void (*slice)(void);          /* what is timed */
	void (*restore)(void);        /* after each slice, not timed; may be NULL */
};

extern const struct workload churn;        /* size: live mappings */
extern const struct workload churn_scan;   /* the same by a peer that reads the maps file */
extern const struct workload growth;
extern const struct workload big;
extern const struct workload unmap_large;
extern const struct workload files;        /* size: live mappings */
extern const struct workload remap_inplace;
extern const struct workload remap_move;
extern const struct workload segments;
extern const struct workload commits;
extern const struct workload loads;
extern const struct workload scopes;
extern const struct workload obstacle;
extern const struct workload obstacle_none; /* the same without an obstacle */
extern const struct workload obstacle_step; /* by a peer that steps page by page */
extern const struct workload failure;       /* the call that an obstacle makes fail */
extern const struct workload threads;       /* size: threads */
extern const struct workload forks;         /* size: live mappings */

/* A mapping of a churn. */
struct slot {
	void *at;
	size_t length;
};

/* 4 to 64 KiB, and a protection that few neighbours share: the kernel merges
 * those that do. */
size_t slot_length(uint64_t *dice);
int slot_prot(size_t index);

/* Slots, all mapped. */
struct slot *slots_make(size_t count, uint64_t *dice);

/* Unmaps a random one of them and maps a new one. */
void slot_replace(struct slot *slots, size_t count, uint64_t *dice);

#endif
