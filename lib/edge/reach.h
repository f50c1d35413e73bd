/* SPDX-License-Identifier: MIT */
/*
 * Reach whole: a process that is to have it is started by the launcher, and so
 * is what that process executes.
 */
#ifndef VALIMIT_EDGE_REACH_H
#define VALIMIT_EDGE_REACH_H

#include <stdbool.h>

/* Before all else of the library, in its constructor. If the environment asks
 * for reach whole and the launcher has not started this process, the launcher
 * takes its place: with the program's file, words and environment. Returns where
 * there is nothing to do, or where that cannot be, which it says. */
void reach_start(char **argv, char **envp);

/* Whether what this process executes goes to the launcher: the process itself is
 * to be whole, and the launcher is there. */
bool reach_hands_on(void);

/* Whether the process runs under valgrind, as reach_start() has found out. */
bool reach_valgrind(void);

/* A program that limits its own system calls (seccomp) hands nothing on from
 * then on: calls that it does not make itself might be its end. */
void reach_restrict(void);

/* Whether a program with this environment is to be whole. Async-signal-safe. */
bool reach_asked(char *const *envp);

/* How many words at most are copied to the stack of a caller, which may be a
 * small one. What has more is started by the kernel, and calls the launcher by
 * itself. */
#define REACH_WORDS_MAX 4096

/* The launcher's words that come before the program's own. */
#define REACH_FRONT 2

#endif
