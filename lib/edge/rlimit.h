/* SPDX-License-Identifier: MIT */
/* prlimit(2) and its like: the program does not see what the fence counts. */
#ifndef VALIMIT_EDGE_RLIMIT_H
#define VALIMIT_EDGE_RLIMIT_H

#include <sys/resource.h>

/* 0 or -errno; `new` and `old` may be NULL, and what prlimit(2) takes. */
long rlimit_call(long pid, long resource, const struct rlimit *new, struct rlimit *old);

#endif
