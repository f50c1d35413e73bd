/* SPDX-License-Identifier: MIT */
/* What a thread does, one operation after the other. */
#ifndef VALIMIT_TESTS_MODEL_SCRIPT_H
#define VALIMIT_TESTS_MODEL_SCRIPT_H

#include "bed.h"

struct operation {
	const char *name;
	void (*run)(int who);
};

enum script_operation {
	HOST_MAP, HOST_UNMAP, HOST_GROW, HOST_GROW_MOVING, HOST_SHRINK, HOST_REPLACE, HOST_FREE,
	HOST_MOVE, GUEST_MAP, GUEST_UNMAP, GUEST_GROW, GUEST_FREE, LIMITS, YIELD, VERIFY, RESCAN,
	LEARN, PATCH, FORK, CLONE,
	SCRIPT_OPERATIONS
};

extern const struct operation script[SCRIPT_OPERATIONS];

/* Maps new memory of `who`. */
void script_map(int who, enum kind kind, size_t length);

#endif
