/* SPDX-License-Identifier: MIT */
/*
 * Changes of the table that could not be made at once, because the lock could not be had:
 * mostly those of a signal handler's calls, which have interrupted the lock's holder. The
 * thread makes them at the end of its call.
 *
 * Each thread has its own list. Handlers nest, so a place in the list is taken before it is
 * filled.
 */
#ifndef VALIMIT_TABLE_DEFERRED_H
#define VALIMIT_TABLE_DEFERRED_H

#include "space.h"

/* As `kind`: the claim has ended, and its range is as it was before the claim. */
#define DEFERRED_KEPT 0xff

struct deferred {
	uintptr_t start, end;
	struct mapping_info info;  /* KIND_NONE: free now */
	uint32_t operation, epoch; /* of the claim that the change ends */
	uint16_t number;           /* the claim's; 0: it is not exclusive */
};

/* Defers the change. False where the list is full. */
bool deferred_add(const struct deferred *change);

/* Whether a deferred change is to be tried: a new one, or after deferred_retry() all. */
extern __thread bool deferred_is_fresh;
static inline bool deferred_fresh(void)
{
	return __atomic_load_n(&deferred_is_fresh, __ATOMIC_RELAXED);
}

/* Has all deferred changes tried again: a claim has ended that may have been in their way. */
void deferred_retry(void);

/* Calls `apply` for each deferred change; it stays in the list where `apply` returns false.
 * Call inside the lock. */
void deferred_each(struct space *space,
		   bool (*apply)(struct space *space, const struct deferred *change));

#endif
