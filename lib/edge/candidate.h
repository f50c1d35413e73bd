/* SPDX-License-Identifier: MIT */
/* A file that is to be executed: whether the launcher can start it. */
#ifndef VALIMIT_EDGE_CANDIDATE_H
#define VALIMIT_EDGE_CANDIDATE_H

#include <stdbool.h>

/* Notes the dynamic linker of this program, which the library was built for. In
 * a constructor. */
void candidate_start(void);

/* What execve() would answer before it looks into the file: -errno, which covers
 * what is wrong with the lists and with their pointers too, or 0. Kernels before
 * Linux 6.14 do not tell, and 0 is the answer. Async-signal-safe. */
long candidate_check(const char *path, char *const *argv, char *const *envp);

/* Whether execve() of the file would succeed, and the launcher can do it: a
 * program for this machine, or a script that leads to one. Of what else execve()
 * would take, *why says what keeps the launcher from it; NULL: nothing is to be
 * said, as where execve() may fail. Async-signal-safe. */
bool candidate_fits(const char *path, const char **why);

#endif
