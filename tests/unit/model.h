/* SPDX-License-Identifier: MIT */
/*
 * Runs a few threads of one body in every order that a bound on preemptions
 * allows: they are coroutines, and wherever one could be interrupted the model
 * tries each other. A search without state: each run follows a list of choices,
 * and the next run has the last one changed.
 */
#ifndef VALIMIT_TESTS_MODEL_H
#define VALIMIT_TESTS_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#define MODEL_THREADS 4 /* at most */

struct model {
	int threads;
	int preemptions; /* how many there may be in one run */
	int timeouts;    /* how many waits may end before they are woken */
	bool lose_wakes; /* a defect, to see that it is found */
	void (*begin)(void);
	void (*body)(int thread);
};

struct model_result {
	unsigned long runs;
	unsigned long stuck;    /* runs that ended with all threads asleep */
	unsigned long timeouts; /* in all runs */
};

/* All runs, or as many as it takes to find a thread that sleeps for ever. */
struct model_result model_explore(const struct model *model);

/* Of the body: another thread may go on here. */
void model_step(void);

/* Of the body: a futex. 0 when it was woken, -EAGAIN, -EINTR or -ETIMEDOUT. */
long model_wait(const uint32_t *word, uint32_t expected);
void model_wake(const uint32_t *word);

#endif
