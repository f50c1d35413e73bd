/* SPDX-License-Identifier: MIT */
/* Calls about memory that map nothing: mprotect, madvise, msync, mincore, mlock. They treat
 * the fence as unmapped memory, for which it stands. */
#ifndef VALIMIT_PLACE_OP_AFFECT_H
#define VALIMIT_PLACE_OP_AFFECT_H

#include "table/space.h"

/* A call whose first two arguments are a range. */
struct affect {
	long number;
	uintptr_t start;
	size_t length;
	long third, fourth;
};

/* Makes the call as it is. */
long affect_kernel(const struct affect *affect);

/* Makes the call where its range reaches outside the window. The kernel's answer or -errno. */
long affect(struct space *space, const struct affect *affect);

#endif
