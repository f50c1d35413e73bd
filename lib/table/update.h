/* SPDX-License-Identifier: MIT */
/*
 * Entering changes into the table, and finding out later what has changed since. All
 * inside the lock.
 */
#ifndef VALIMIT_TABLE_UPDATE_H
#define VALIMIT_TABLE_UPDATE_H

#include "space.h"

/* Counts a change of [start, end), so that update_since() finds it. */
void update_note(struct space *space, uintptr_t start, uintptr_t end);

/* [start, end) is `info` from now on; KIND_NONE: free. The tree has room for it. */
void update_set(struct space *space, uintptr_t start, uintptr_t end,
		const struct mapping_info *info);

/* Like update_set(); where the tree has no room, the kernel's list is read later. */
void update_try(struct space *space, uintptr_t start, uintptr_t end,
		const struct mapping_info *info);

/* Whether another change touched [start, end) after the change number `operation`,
 * or the table was made to agree with the kernel after `epoch`. */
bool update_since(const struct space *space, uint32_t operation, uint32_t epoch, uintptr_t start,
		  uintptr_t end);

#endif
