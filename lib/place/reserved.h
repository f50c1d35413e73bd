/* SPDX-License-Identifier: MIT */
/* Searching the program's own reservations, for calls whose range touches one. */
#ifndef VALIMIT_PLACE_RESERVED_H
#define VALIMIT_PLACE_RESERVED_H

#include "core/policy.h"
#include "table/space.h"

/* The room to search for, in these spans; the fields are as in struct want (want.h). */
struct reserved_want {
	struct spans spans;
	size_t length, align, huge;
	uintptr_t base; /* start of the search; 0: an end of the spans */
};

/* Whether all of [start, end) is reserved and free. Call inside the lock. */
bool reserved_free(const struct space *space, uintptr_t start, uintptr_t end);

/* Finds an address in the free part of a reservation, by the policy, as search_find() does
 * elsewhere. 0: there is none. Call inside the lock. */
uintptr_t reserved_find(const struct space *space, struct policy *policy,
			const struct reserved_want *want);

#endif
