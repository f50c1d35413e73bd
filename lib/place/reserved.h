/* SPDX-License-Identifier: MIT */
/* Room in the program's own reservations, for calls whose range has some of one. */
#ifndef VALIMIT_PLACE_RESERVED_H
#define VALIMIT_PLACE_RESERVED_H

#include "core/policy.h"
#include "table/space.h"

/* What is searched for: as in struct want (place.h), in these spans. */
struct reserved_want {
	struct spans spans;
	size_t length, align, huge;
	uintptr_t base; /* where the search begins; 0: at an end of the spans */
};

/* Inside the lock. Whether all of [start, end) is free and reserved. */
bool reserved_free(const struct space *space, uintptr_t start, uintptr_t end);

/* Inside the lock. An address in the free part of a reservation, as place() searches for
 * one in what is not reserved. 0: there is none. */
uintptr_t reserved_find(const struct space *space, struct policy *policy,
			const struct reserved_want *want);

#endif
