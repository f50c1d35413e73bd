/* SPDX-License-Identifier: MIT */
/*
 * VA_LIMIT_TRACE: a line for each call and event, as strace(1) prints them. A
 * line is made on the caller's stack and written in one piece (log.h), so
 * handlers may come in between, and threads and processes share a file.
 * Async-signal-safe throughout.
 */
#ifndef VALIMIT_EDGE_TRACE_H
#define VALIMIT_EDGE_TRACE_H

#include <stdbool.h>

#include "core/call.h"
#include "core/options.h"
#include "table/space.h"

extern bool trace_wanted;

/* Whether calls are traced. */
static inline bool trace_on(void)
{
	return trace_wanted;
}

/* Takes VA_LIMIT_TRACE over; a file that cannot be written ends the process
 * with status 125. Before others can be in a call. */
void trace_start(const struct options *options, struct space *space);

/* Says what begins: the program and its limits. `space` NULL: none. */
void trace_begin(const struct space *space);

/* A call that is over, with the space in force, or NULL. */
void trace_call(const struct call *call, const struct space *space);

/* What is no struct call: its name and arguments. */
void trace_other(const char *text, long result, uintptr_t caller);

/* The kernel is to start a program and not the launcher, and why. */
void trace_kept(const char *path, const char *why);

#endif
