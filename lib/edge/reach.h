/* SPDX-License-Identifier: MIT */
/*
 * Reach whole: the launcher starts the process, and all programs that the process executes.
 */
#ifndef VALIMIT_EDGE_REACH_H
#define VALIMIT_EDGE_REACH_H

#include <stdbool.h>

/* If the environment asks for reach whole and the launcher has not started this process,
 * replaces the process by the launcher, with the program's file, arguments and environment.
 * Returns if there is nothing to do, or if that fails, after a message. The first action of the
 * library's constructor. */
void reach_start(char **argv, char **envp);

/* Whether the launcher starts programs that this process executes: reach whole is wanted, and
 * the launcher can be executed. */
bool reach_hands_on(void);

/* Whether the process runs under valgrind. Valid after reach_start(). */
bool reach_valgrind(void);

/* Stops handing programs to the launcher. Called when the program installs a seccomp filter,
 * which might kill it for the launcher's system calls. */
void reach_restrict(void);

/* Whether this environment asks for reach whole. Async-signal-safe. */
bool reach_asked(char *const *envp);

/* Bound on the arguments that are copied to a caller's stack, which may be small. A program
 * with more is started by the kernel, and the library in it calls the launcher. */
#define REACH_WORDS_MAX 4096

/* The number of the launcher's arguments before the program's own. */
#define REACH_FRONT 2

#endif
