/* SPDX-License-Identifier: MIT */
/* A lock for changes of the window and for forks: one thread at a time changes the window, and
 * no thread forks during a change, since the child would begin in the middle of it. */
#ifndef VALIMIT_EDGE_ALONE_H
#define VALIMIT_EDGE_ALONE_H

#include <stdbool.h>
#include <stdint.h>

/* Takes the lock; waits for about a second. False if that was in vain, or at once if this
 * thread has the lock already. */
bool alone_begin(void);
void alone_end(void);

/* Sets the word by which the lock detects a child that has run no fork handler (sys/child.h). */
void alone_watch(uint32_t *wiped);

/* The three phases of fork(). */
void alone_fork_prepare(void);
void alone_fork_parent(void);
void alone_fork_child(void);

#endif
