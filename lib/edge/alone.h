/* SPDX-License-Identifier: MIT */
/* One thread at a time changes the limits; and while a thread forks none does, so that
 * no child begins in the middle of a change. */
#ifndef VALIMIT_EDGE_ALONE_H
#define VALIMIT_EDGE_ALONE_H

#include <stdbool.h>
#include <stdint.h>

/* Waits for about a second. False where that was in vain; or at once, where this thread
 * is at a change, or at a fork, already. */
bool alone_begin(void);
void alone_end(void);

/* By this word it knows a child that it is not told of (sys/child.h). */
void alone_watch(uint32_t *wiped);

/* The three phases of fork(). */
void alone_fork_prepare(void);
void alone_fork_parent(void);
void alone_fork_child(void);

#endif
