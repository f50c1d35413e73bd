/* SPDX-License-Identifier: MIT */
/*
 * Which system calls a seccomp filter lets the library make. The program's own filters are
 * announced here, and each later call is run through them first: a call that they do not simply
 * allow fails with -ENOSYS. A filter from before the start cannot be read. Under such a filter
 * the library makes only calls that it has made before its first window stood, and calls that
 * no program can do without.
 */
#ifndef VALIMIT_SYS_PERMIT_H
#define VALIMIT_SYS_PERMIT_H

#include <stdbool.h>

/* Asks the kernel whether there is a filter, before the first call that a filter might forbid.
 * Only the first permit_start() asks. */
void permit_start(void);

/* Whether a filter from before the start is in force and the start goes on: the calls made now
 * are those allowed later. */
bool permit_learns(void);

/* Ends the start: the library has made all its calls. */
void permit_started(void);

/* Announces that the process is about to enter strict mode. */
void permit_announce_strict(void);

/* Announces that a filter is about to be installed. Returns a handle for permit_withdraw(),
 * which takes the filter back if the kernel rejects it. */
struct sock_fprog;
int permit_announce(const struct sock_fprog *program);
void permit_withdraw(int filter);

#endif
