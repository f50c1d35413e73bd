/* SPDX-License-Identifier: MIT */
/* Calls about memory that map nothing: mprotect, madvise, msync, mincore, mlock. To them
 * the fence is what it stands for: nothing mapped. */
#ifndef VALIMIT_PLACE_OP_AFFECT_H
#define VALIMIT_PLACE_OP_AFFECT_H

#include "table/space.h"

/* One such call, whose first two arguments are a range. */
struct affect {
	long number;
	uintptr_t start;
	size_t length;
	long third, fourth;
};

long affect_kernel(const struct affect *affect);

/* Where some of the range lies outside the window. The answer or -errno. */
long affect(struct space *space, const struct affect *affect);

#endif
