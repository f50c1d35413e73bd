/* SPDX-License-Identifier: MIT */
/* Worker processes: each does slices of a workload when it is told to. */
#ifndef TESTS_BENCH_WORKER_H
#define TESTS_BENCH_WORKER_H

#include "workload.h"

struct worker {
	const struct workload *workload;
	pid_t pid;
	int command, answer;
};

/* Starts a worker; `cpu`: the only one that it may use, -1: all; `peer`: what maps in it
 * instead of libc, or NULL. Returns when it has prepared. */
struct worker worker_start(const struct workload *workload, size_t size,
			   const struct setting *setting, int cpu, const char *peer);

/* The last processor that this process may use: the first ones have more to do for
 * others. */
int worker_processor(void);

/* Has it do a slice; nanoseconds an operation. */
double worker_slice(const struct worker *worker);

void worker_end(struct worker *worker);

/* The program's arguments of a started worker, from the name on. */
int worker_main(int argc, char **argv);

#endif
