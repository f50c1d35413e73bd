/* SPDX-License-Identifier: MIT */
/*
 * A kernel that fails when it is told to: stands in for lib/sys/sys.c. It
 * counts the library's system calls, makes the Nth of them fail, and can play
 * older kernels and poorer systems all the time.
 */
#ifndef VALIMIT_TESTS_FAULT_H
#define VALIMIT_TESTS_FAULT_H

#include <stdbool.h>

/* Features that a system may lack, as bits. */
enum fault_lack {
	FAULT_NO_PROC = 1,      /* /proc is not mounted */
	FAULT_NO_QUERY = 2,     /* PROCMAP_QUERY, Linux 6.11 */
	FAULT_NO_NOREPLACE = 4, /* MAP_FIXED_NOREPLACE, Linux 4.17: taken for a hint */
	FAULT_NO_GATHERING = 8, /* Linux 6.12 */
	FAULT_NO_SEAL = 16,     /* mseal, Linux 6.10 */
	FAULT_PIECES = 32,      /* reading is interrupted, and gives a few bytes at a time */
};

/* An error that is none: read() gives a single byte. */
#define FAULT_SHORT 4096

/* How often the failure comes. */
enum fault_manner {
	FAULT_ONCE,
	FAULT_STICKY, /* and the same call fails ever after */
	FAULT_HELD,   /* none fails, but the table cannot be had from there on */
};

/* The calls that were made while armed, in memory that a child shares. */
#define FAULT_TRACE_MAX 4096
struct fault_trace {
	unsigned int count;
	int number[FAULT_TRACE_MAX];
};

/* Before the first call of the library, from the environment: FAULT_LACKS, a
 * sum of enum fault_lack, and FAULT_AT, "N ERRNO", for the process's start. */
extern struct fault_trace *fault_trace;

/* No system call has this number; read() has 0. */
#define FAULT_ANY (-1)

/* From now on this thread's nth call (0: none) fails with `error`, in the given manner.
 * Of FAULT_HELD the first is now, and the others before the call before. `number`: if
 * another thread has made the calls come otherwise, the next of this number fails;
 * FAULT_ANY: whichever it is. */
void fault_arm(unsigned int nth, int number, int error, enum fault_manner manner);

/* Does the action of FAULT_HELD; whether it could. */
extern bool (*fault_hold)(void);

/* Ends it; whether the failure came. */
bool fault_disarm(void);

/* The call that failed; -1: none. */
int fault_failed(void);

/* fault_errors() has the errors that the manual page lists for the call, up to a 0, and none
 * for a call that cannot fail; fault_name() has the call's name. */
const int *fault_errors(int number);
const char *fault_name(int number);

#endif
