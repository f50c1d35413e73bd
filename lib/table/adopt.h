/* SPDX-License-Identifier: MIT */
/* Claims whose holder is gone. Inside the lock; the kernel decides what their ranges
 * are. */
#ifndef VALIMIT_TABLE_ADOPT_H
#define VALIMIT_TABLE_ADOPT_H

#include "space.h"

/* In a child of fork(): those of the parent's other threads. */
void adopt_claims(struct space *space);

/* After a jump out of a handler: those of this thread's calls that were left. */
void adopt_left(struct space *space);

#endif
