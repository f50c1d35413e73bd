/* SPDX-License-Identifier: MIT */
/* What a thread does, one operation after the other. */
#ifndef VALIMIT_TESTS_MODEL_SCRIPT_H
#define VALIMIT_TESTS_MODEL_SCRIPT_H

#include "bed.h"

enum script_operation {
	HOST_MAP, HOST_UNMAP, HOST_GROW, HOST_GROW_MOVING, HOST_SHRINK, HOST_REPLACE, HOST_FREE,
	HOST_MOVE, GUEST_MAP, GUEST_UNMAP, GUEST_GROW, GUEST_FREE, GUEST_UNSEEN, RESERVE, RELEASE,
	RANGE_MAP, RANGE_UNMAP, RANGE_FREE, RANGE_FILL, LIMITS, YIELD, VERIFY, RESCAN, LEARN, PATCH,
	FORK, CLONE,
	SCRIPT_OPERATIONS
};

/* Whether it is about reservations. */
static inline bool script_reserves(enum script_operation operation)
{
	return operation >= RESERVE && operation <= RANGE_FILL;
}

const char *script_name(enum script_operation operation);
void script_run(enum script_operation operation, int who);

/* Maps new memory of `who`. */
void script_map(int who, enum kind kind, size_t length);

#endif
