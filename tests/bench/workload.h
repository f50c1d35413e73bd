/* SPDX-License-Identifier: MIT */
/* Workloads: a worker process repeats one on command. */
#ifndef TESTS_BENCH_WORKLOAD_H
#define TESTS_BENCH_WORKLOAD_H

#include "bench.h"

struct workload {
	const char *name;
	size_t operations;            /* in a slice, which should take about a millisecond */
	void (*prepare)(size_t size); /* once; the workload defines `size` */
	void (*slice)(void);          /* the timed part */
	void (*restore)(void);        /* after each slice, not timed; may be NULL */
};

extern const struct workload churn;        /* size: live mappings */
extern const struct workload churn_apart; /* size: live mappings, free pages between them */
extern const struct workload churn_scan;   /* the same by a peer that reads the maps file */
extern const struct workload growth;
extern const struct workload hint_hole;     /* size: live mappings */
extern const struct workload hint_below;
extern const struct workload unmap_row;
extern const struct workload unmap_batch;
extern const struct workload big;
extern const struct workload unmap_large;
extern const struct workload files;        /* size: live mappings */
extern const struct workload remap_inplace;
extern const struct workload remap_move;
extern const struct workload segments;
extern const struct workload commits;
extern const struct workload loads;
extern const struct workload scopes;
extern const struct workload obstacle; /* size: live mappings, free pages between them */
extern const struct workload obstacle_none; /* the same without an obstacle */
extern const struct workload obstacle_step; /* by a peer that steps page by page */
extern const struct workload failure;       /* the call that an obstacle makes fail */
extern const struct workload threads;       /* size: threads */
extern const struct workload forks;         /* size: live mappings */
extern const struct workload forks_apart;   /* the same with free pages between them */
extern const struct workload forks_host;    /* the same of hosts */

/* Has a peer do what area_map() and area_unmap() are asked for; NULL: libc's functions do. */
struct peer;
void area_use(const struct peer *peer);
const struct peer *area_peer(void);

/* Memory that must be had. A peer searches from `after` on, if that is not NULL: to build
 * up many mappings takes some peers minutes without that. */
void *area_map(void *after, size_t length, int prot);
void area_unmap(void *at, size_t length);

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

/* Hosts' ones, where there is the library. */
struct slot *slots_make_host(size_t count, uint64_t *dice);

/* Slots with a free page behind each, so that no table of mappings has fewer entries. */
struct slot *slots_make_apart(size_t count, uint64_t *dice);

/* Unmaps a random one of them and maps a new one. */
void slot_replace(struct slot *slots, size_t count, uint64_t *dice);

#endif
