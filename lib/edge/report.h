/* SPDX-License-Identifier: MIT */
/*
 * VA_LIMIT_REPORT: what has happened, once the process ends.
 *
 * An end that the library sees: exit(3) and a return from main, by a
 * destructor; quick_exit(3); _exit(2), _Exit(3) and syscall(SYS_exit_group),
 * by their names; and the signals that end a program by a fault or on another's
 * word, by handlers. A handler is set only where there is none, and a program
 * that sets its own has it. SIGINT keeps its default: interpreters look whether
 * it has one, to decide what an interrupt means. What no code can see: SIGKILL,
 * the system call instruction, exec, a stack overflow without another stack.
 */
#ifndef VALIMIT_EDGE_REPORT_H
#define VALIMIT_EDGE_REPORT_H

#include "core/options.h"
#include "table/space.h"

/* Takes VA_LIMIT_REPORT over; a file that cannot be written ends the process
 * with status 125. `made` answers the space that the report is about, NULL as long as
 * there is none. Before others can be in a call. */
void report_start(const struct options *options, struct space *made(void));

/* Watches for the process's end. In a constructor: this may allocate. */
void report_watch(void);

/* Writes the report, where one is wanted, once a process; `how` it ends: "at
 * exit". Async-signal-safe. */
void report_write(const char *how);

#endif
