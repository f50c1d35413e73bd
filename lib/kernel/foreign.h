/* SPDX-License-Identifier: MIT */
/* What the library did not map itself: learnt from the kernel. */
#ifndef VALIMIT_KERNEL_FOREIGN_H
#define VALIMIT_KERNEL_FOREIGN_H

#include "space.h"

/* Inside the lock: reads the kernel's whole list and makes the table agree
 * with it. Who has a change in flight sees by the epoch that it must record
 * once more. */
void foreign_rescan(struct space *space);

/* The same by a caller who does not have the lock. False where the list cannot
 * be read. */
bool foreign_refresh(struct space *space);

/* Inside the lock: takes out of the table what the kernel does not have in
 * [start, end). */
void foreign_verify(struct space *space, uintptr_t start, uintptr_t end);

/* Outside the lock: somebody unseen is in [start, end), where the table has
 * nothing. Enters the whole extent of what is there. */
void foreign_learn(struct space *space, uintptr_t start, uintptr_t end);

/* The same where there is no fence yet: even what looks like one is somebody's. */
void foreign_admit(struct space *space, uintptr_t start, uintptr_t end);

/* Inside the lock: the kernel has a mapping over [start, end). What of it the
 * table does not know becomes `kind`. */
void foreign_enter(struct space *space, uintptr_t start, uintptr_t end, enum kind kind);

#endif
