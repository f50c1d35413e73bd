/* SPDX-License-Identifier: MIT */
/* Claims that have lost their holder. Call inside the lock; the kernel's list decides what
 * their ranges are. */
#ifndef VALIMIT_TABLE_ADOPT_H
#define VALIMIT_TABLE_ADOPT_H

#include "space.h"

/* In a child of fork(): settles the claims of the parent's other threads. */
void adopt_claims(struct space *space);

/* After a handler has left by siglongjmp(): settles the claims of this thread's calls that
 * it has left. */
void adopt_left(struct space *space);

#endif
