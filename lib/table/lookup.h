/* SPDX-License-Identifier: MIT */
/* What the table knows of a range. Each takes the lock for itself; where it cannot
 * be had, the answer is "nothing known", or "not free". */
#ifndef VALIMIT_TABLE_LOOKUP_H
#define VALIMIT_TABLE_LOOKUP_H

#include "space.h"

/* The address's entry, as if it began there; KIND_NONE where there is none. */
struct mapping_info lookup_info(struct space *space, uintptr_t address);

/* The first entry that is a mapping, ends above `at` and begins below `end`. 1; 0
 * where there is none; or -ENOMEM where the lock cannot be had. */
long lookup_mapping(struct space *space, uintptr_t at, uintptr_t end, struct entry *entry);

/* Whether the table has nothing in [start, end); room below growing mappings is
 * something to the first, and nothing to the second. */
bool lookup_free(struct space *space, uintptr_t start, uintptr_t end);
bool lookup_vacant(struct space *space, uintptr_t start, uintptr_t end);

/* Whether [start, start + length) has no gap in the table; -ENOMEM where the lock
 * cannot be had. */
long lookup_covered(struct space *space, uintptr_t start, size_t length);

/* The first piece of the span that is free by the table; empty where there is
 * none. 0, or -ENOMEM where the lock cannot be had. */
long lookup_gap(struct space *space, struct span *span);

#endif
