/* SPDX-License-Identifier: MIT */
/* The marks of exclusive claims (claim.h) in the tree. Call inside the lock. */
#ifndef VALIMIT_TABLE_MARK_H
#define VALIMIT_TABLE_MARK_H

#include "space.h"

/* Finds the first entry that ends above `at`, begins below `end` and has a claim's mark. */
bool mark_next(const struct tree *tree, uintptr_t at, uintptr_t end, struct entry *entry);

/* Marks the whole range for claim `number`. False, with no mark left, where the tree has no
 * room. */
bool mark_set(struct space *space, uint16_t number, uintptr_t start, uintptr_t end);

/* Removes the claim's marks from [start, end). Entries that the marks have split merge
 * again, so the tree needs no room. */
void mark_clear(struct space *space, uint16_t number, uintptr_t start, uintptr_t end);

#endif
