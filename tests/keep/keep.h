/* SPDX-License-Identifier: MIT */
/*
 * The parts of `keep` share the options, the counters, and the expected addresses of memory.
 */
#ifndef TESTS_KEEP_KEEP_H
#define TESTS_KEEP_KEEP_H

#include "../guest/guest.h"

#include <valimit.h>

struct options {
	unsigned int hosts, guests, seconds;
	unsigned int forks, clones; /* a second */
	unsigned int handlers;      /* a second, of all threads together */
	unsigned int jumps;         /* of a thread, out of handlers */
	uint64_t seed;
	char **libraries; /* ends with NULL */
};

struct counters {
	unsigned long operations, lost, astray, failed;
	unsigned long refused; /* ENOMEM where it may be the answer, EEXIST */
	unsigned long children, interrupts, loads, changes, jumps;
};

extern struct options options;
extern struct counters counters;

static inline void count(unsigned long *counter)
{
	__atomic_fetch_add(counter, 1, __ATOMIC_RELAXED);
}

/* Counts a finding and says it in one line; async-signal-safe. After 20 of them
 * the program comes to its end. */
__attribute__((format(printf, 2, 3))) void report(unsigned long *counter, const char *format, ...);

/* True once the time is over, or too much was found. */
bool is_over(void);
void end_now(void);

#endif
