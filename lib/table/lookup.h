/* SPDX-License-Identifier: MIT */
/* What the table knows of a range. Each function takes the lock for itself; where it cannot
 * be had, the answer is "nothing known" or "not free". */
#ifndef VALIMIT_TABLE_LOOKUP_H
#define VALIMIT_TABLE_LOOKUP_H

#include "space.h"

/* Info of the entry at `address`, with a segment's page offset counted from there;
 * KIND_NONE where there is no entry or only a claim. */
struct mapping_info lookup_info(struct space *space, uintptr_t address);

/* The first entry that is a mapping, ends above `at` and begins below `end`. 1; 0 where
 * there is none; or -ENOMEM where the lock cannot be had. */
long lookup_mapping(struct space *space, uintptr_t at, uintptr_t end, struct entry *entry);

/* Whether the table has no entry in [start, end), guard gaps included. */
bool lookup_free(struct space *space, uintptr_t start, uintptr_t end);

/* Whether the table has no entry but guard gaps in [start, end). */
bool lookup_vacant(struct space *space, uintptr_t start, uintptr_t end);

/* Whether mappings of the table cover [start, start + length): 1 or 0; -ENOMEM where the
 * lock cannot be had. */
long lookup_covered(struct space *space, uintptr_t start, size_t length);

/* Shortens *span to its first part that the table has free; empty where there is none. 0,
 * or -ENOMEM where the lock cannot be had. */
long lookup_gap(struct space *space, struct span *span);

#endif
