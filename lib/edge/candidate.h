/* SPDX-License-Identifier: MIT */
/* Whether the launcher can start a file that is to be executed. */
#ifndef VALIMIT_EDGE_CANDIDATE_H
#define VALIMIT_EDGE_CANDIDATE_H

#include <stdbool.h>

/* Learns this program's dynamic linker, which the library was built for. Called in a
 * constructor. */
void candidate_start(void);

/* Asks the kernel (AT_EXECVE_CHECK, Linux 6.14) whether execve() would fail before it looks
 * into the file: -errno, also for invalid lists and pointers, or 0. Older kernels do not tell:
 * 0. Async-signal-safe. */
long candidate_check(const char *path, char *const *argv, char *const *envp);

/* Whether execve() of the file would succeed and the launcher can do it: the file is a program
 * for this machine, or a script that leads to one. Otherwise *why says why the kernel has to
 * start it; NULL: there is nothing to report, since execve() may fail. Async-signal-safe. */
bool candidate_fits(const char *path, const char **why);

#endif
