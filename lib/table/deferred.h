/* SPDX-License-Identifier: MIT */
/*
 * Changes of the table that could not be made when they happened, because the
 * lock could not be had: mostly a signal handler's calls, which have interrupted
 * the thread that holds it. The thread makes them at the end of its call.
 *
 * The list is the thread's own. Handlers nest, so a place in it is taken before
 * it is filled.
 */
#ifndef VALIMIT_TABLE_DEFERRED_H
#define VALIMIT_TABLE_DEFERRED_H

#include "space.h"

/* As `kind`: the claim has ended, and its range is what it was before. */
#define DEFERRED_KEPT 0xff

struct deferred {
	uintptr_t start, end;
	struct mapping_info info;  /* KIND_NONE: free now */
	uint32_t operation, epoch; /* as in the claim that it ends */
	uint16_t number;           /* of that claim; 0: it is not exclusive */
};

/* False where the list is full. */
bool deferred_add(const struct deferred *change);

/* Whether a change may be made that has not been tried yet; and tries all again. */
extern __thread bool deferred_is_fresh;
static inline bool deferred_fresh(void)
{
	return __atomic_load_n(&deferred_is_fresh, __ATOMIC_RELAXED);
}
void deferred_retry(void);

/* Inside the lock: makes all changes for which `apply` does not answer false. */
void deferred_each(struct space *space,
		   bool (*apply)(struct space *space, const struct deferred *change));

#endif
