/* SPDX-License-Identifier: MIT */
/*
 * Runs a few threads in every order that a bound on preemptions allows, or in
 * random ones. The threads are coroutines; at each step the explorer decides which
 * of them goes on. It keeps no states: each run follows a list of choices, and the
 * next run has the last one changed.
 */
#ifndef VALIMIT_TESTS_MODEL_EXPLORE_H
#define VALIMIT_TESTS_MODEL_EXPLORE_H

#include <stdbool.h>
#include <stdint.h>

#define EXPLORE_THREADS 3 /* at most */

struct explore {
	int threads;
	int preemptions;      /* how often a run may stop a thread that could go on */
	int timeouts;         /* how many waits for the lock may end early in a run */
	int handlers;         /* how many times a signal handler may interrupt a run */
	bool waits_in_vain;   /* a thread may wait for one that is not there any more */
	unsigned long random; /* so many random runs; 0: all runs within the bounds */
	uint64_t seed;
	void (*begin)(void);
	void (*body)(int thread);
	void (*handler)(int thread);
	void (*end)(void); /* after a run whose threads have all ended */
};

struct explore_result {
	unsigned long runs, steps;
	const char *fault; /* of the last run; NULL: none */
};

/* Ends with the first run that has a fault. */
struct explore_result explore(const struct explore *what);

/* Prints the last run, step by step. */
void explore_print(void);

/* The rest is for the threads. */

/* Another thread may go on here, or a handler run; what the thread is going to do is
 * told for the record. */
void explore_step(const char *what, long a, long b);

/* Adds to the record. */
void explore_note(const char *what, long a, long b);

/* Ends the run: it has a fault. Returns only from `begin` and `end`. */
void explore_fault(const char *fault, long a, long b);

/* Gives way to the other threads. */
void explore_yield(void);

/* One of `count`, each in its turn. */
int explore_choose(int count);

/* A futex: 0 when it was woken, -EAGAIN or -ETIMEDOUT. */
long explore_wait(const uint32_t *word, uint32_t expected);
void explore_wake(const uint32_t *word);

/* Who runs: a thread's number; of its handler, EXPLORE_THREADS more. */
int explore_self(void);

/* Before any run: who makes what is there from the start. */
void explore_be(int thread);

/* Handlers may not interrupt this thread; whether that was so before. */
bool explore_block(bool blocked);

/* All other threads are gone, as in a fork's child. */
void explore_alone(void);
bool explore_is_gone(int thread);

/* Where threads may be preempted when the library accesses a word without the lock,
 * all others being of no consequence; and the lock's own word. */
void explore_watch(bool (*watched)(const volatile void *word), const uint32_t *lock);

#endif
