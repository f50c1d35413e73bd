/* SPDX-License-Identifier: MIT */
/* prlimit(2) and its relatives: hide the fence's share of RLIMIT_AS from the program. */
#ifndef VALIMIT_EDGE_RLIMIT_H
#define VALIMIT_EDGE_RLIMIT_H

#include <sys/resource.h>

/* Takes prlimit(2)'s arguments; `new` and `old` may be NULL. Returns 0 or -errno. */
long rlimit_call(long pid, long resource, const struct rlimit *new, struct rlimit *old);

#endif
