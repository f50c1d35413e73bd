/* SPDX-License-Identifier: MIT */
/*
 * VA_LIMIT_REPORT: counters and usage, written at the end of the process.
 *
 * The library sees these ends: exit(3) and return from main, by a destructor; quick_exit(3);
 * _exit(2), _Exit(3) and syscall(SYS_exit_group), by interposing them; and signals that end a
 * program, by handlers. It sets a handler only for signals with the default action, and the
 * program may replace it. SIGINT keeps its default, since interpreters check that to decide
 * what an interrupt means. The library cannot see SIGKILL, a raw system call, execve(), and a
 * stack overflow without an alternate stack.
 */
#ifndef VALIMIT_EDGE_REPORT_H
#define VALIMIT_EDGE_REPORT_H

#include "core/options.h"
#include "table/space.h"

/* Opens VA_LIMIT_REPORT's file; on failure the process ends with status 125. `made` returns the
 * space that the report describes, or NULL before it is made. Called while no other thread is
 * in a call. */
void report_start(const struct options *options, struct space *made(void));

/* Installs the handlers for the process's end. Called in a constructor, since it may allocate. */
void report_watch(void);

/* Writes the report, if one is wanted, once for each process. `how` is the kind of end: "at
 * exit". Async-signal-safe. */
void report_write(const char *how);

#endif
