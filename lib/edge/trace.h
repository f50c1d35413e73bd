/* SPDX-License-Identifier: MIT */
/*
 * VA_LIMIT_TRACE: a line for each call and event, in the form of strace(1). A line is made on
 * the caller's stack and written in one piece (log.h), so handlers may interrupt it, and
 * threads and processes may share a file. All functions are async-signal-safe.
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

/* Opens VA_LIMIT_TRACE's file; on failure the process ends with status 125. Called while no
 * other thread is in a call. */
void trace_start(const struct options *options, struct space *space);

/* Traces the start: the program and its window. `space` NULL: no window. */
void trace_begin(const struct space *space);

/* Traces a finished call. `space` is the space in force, or NULL. */
void trace_call(const struct call *call, const struct space *space);

/* Traces a call that has no struct call; `text` is its name and arguments. */
void trace_other(const char *text, long result, uintptr_t caller);

/* Traces that the kernel starts a program in the launcher's place, and why. */
void trace_kept(const char *path, const char *why);

#endif
