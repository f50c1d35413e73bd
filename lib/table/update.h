/* SPDX-License-Identifier: MIT */
/*
 * Entering changes into the table, and finding out later which ranges have changed since.
 * Call inside the lock.
 */
#ifndef VALIMIT_TABLE_UPDATE_H
#define VALIMIT_TABLE_UPDATE_H

#include "space.h"

/* Counts a change of [start, end), so that update_since() finds it. */
void update_note(struct space *space, uintptr_t start, uintptr_t end);

/* Enters [start, end) with `info`; KIND_NONE: free. The tree must have room. */
void update_set(struct space *space, uintptr_t start, uintptr_t end,
		const struct mapping_info *info);

/* Enters [start, end) with `info`; where the tree has no room, the kernel's list is read
 * later. */
void update_try(struct space *space, uintptr_t start, uintptr_t end,
		const struct mapping_info *info);

/* Whether another change has touched [start, end) after change number `operation`, or the
 * table was made to agree with the kernel after `epoch`. */
bool update_since(const struct space *space, uint32_t operation, uint32_t epoch, uintptr_t start,
		  uintptr_t end);

#endif
