/* SPDX-License-Identifier: MIT */
/* Making the table agree with the kernel's list. Claimed ranges stay as they are. */
#ifndef VALIMIT_TABLE_SYNC_H
#define VALIMIT_TABLE_SYNC_H

#include "space.h"

/* Reads the kernel's whole list: a mapping that the table lacks becomes KIND_FOREIGN, an
 * entry that the kernel lacks is dropped. Changes in flight see by the epoch that they must
 * be entered again. Call inside the lock. */
void sync_rescan(struct space *space);

/* Before sync_rescan(), where a change of the tree was broken off: keeps the entries that
 * can still be read; the kernel's list shows the rest. Call inside the lock. */
void sync_rebuild(struct space *space);

/* Takes the lock for a sync_rescan(). False where the lock cannot be had or the list not be
 * read. */
bool sync_refresh(struct space *space);
bool sync_refresh_patiently(struct space *space); /* waits for the lock for a second */

/* Makes the table agree with the kernel in the span, without the list (feel.h). False where
 * the lock cannot be had or the kernel does not answer. */
bool sync_feel(struct space *space, struct span span);

/* Drops entries of the table in [start, end) that the kernel's list does not show. Call
 * inside the lock. */
void sync_verify(struct space *space, uintptr_t start, uintptr_t end);

/* Takes the lock for a sync_verify(). */
void sync_recheck(struct space *space, uintptr_t start, uintptr_t end);

/* Enters the unseen mappings in [start, end), each in its whole extent, and reports them as
 * learnt. Call without the lock. */
void sync_learn(struct space *space, uintptr_t start, uintptr_t end);

/* Enters the unseen mappings in [start, end) as KIND_FOREIGN, reservations too: no fence
 * stands there, so a reservation is the program's own. Call without the lock. */
void sync_admit(struct space *space, uintptr_t start, uintptr_t end);

/* Enters the parts of [start, end), which is mapped, that the table does not know, as
 * `kind`. Call inside the lock. */
void sync_enter(struct space *space, uintptr_t start, uintptr_t end, enum kind kind);

#endif
