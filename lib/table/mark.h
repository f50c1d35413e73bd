/* SPDX-License-Identifier: MIT */
/* The marks of exclusive claims (claim.h) in the tree. All inside the lock. */
#ifndef VALIMIT_TABLE_MARK_H
#define VALIMIT_TABLE_MARK_H

#include "space.h"

/* The first entry at or above `at` and below `end` that a claim has marked. */
bool mark_next(const struct tree *tree, uintptr_t at, uintptr_t end, struct entry *entry);

/* Marks all of the range; false, with nothing marked, where the tree has no room. */
bool mark_set(struct space *space, uint16_t number, uintptr_t start, uintptr_t end);

/* Takes the marks of a claim away from [start, end). What the marks had cut is put
 * together again, so no room is needed. */
void mark_clear(struct space *space, uint16_t number, uintptr_t start, uintptr_t end);

#endif
