/* SPDX-License-Identifier: MIT */
/* Making the table agree with the kernel's list. Claimed ranges are left alone. */
#ifndef VALIMIT_TABLE_SYNC_H
#define VALIMIT_TABLE_SYNC_H

#include "space.h"

/* Inside the lock: reads the kernel's whole list. What it has and the table has
 * not becomes KIND_FOREIGN; what it has not goes out of the table. Changes in
 * flight see by the epoch that they must be entered once more. */
void sync_rescan(struct space *space);

/* Inside the lock, before sync_rescan(): a change of the tree will never be finished.
 * What can still be read of the tree is kept, the kernel's list shows the rest. */
void sync_rebuild(struct space *space);

/* Like sync_rescan(), without the lock. False where the list cannot be read. */
bool sync_refresh(struct space *space);
bool sync_refresh_patiently(struct space *space); /* waits for the table for longer */

/* Like sync_refresh(), of the span alone, and without the list (feel.h). False where
 * that cannot be done. */
bool sync_feel(struct space *space, struct span span);

/* Inside the lock: takes out of the table what the kernel does not have in
 * [start, end). */
void sync_verify(struct space *space, uintptr_t start, uintptr_t end);

/* Like sync_verify(), without the lock. */
void sync_recheck(struct space *space, uintptr_t start, uintptr_t end);

/* Without the lock: an unseen mapping is in [start, end), where the table has
 * nothing. Enters the whole extent of what is there. */
void sync_learn(struct space *space, uintptr_t start, uintptr_t end);

/* Like sync_learn(), where no fence stands yet: a reservation that looks like
 * fence is the program's own. */
void sync_admit(struct space *space, uintptr_t start, uintptr_t end);

/* Inside the lock: the kernel has a mapping over [start, end). What the table
 * does not know of it becomes `kind`. */
void sync_enter(struct space *space, uintptr_t start, uintptr_t end, enum kind kind);

#endif
