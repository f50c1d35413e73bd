/* SPDX-License-Identifier: MIT */
/* Making room in what is held (table/held.h). */
#ifndef VALIMIT_FENCE_FENCE_CARVE_H
#define VALIMIT_FENCE_FENCE_CARVE_H

#include "table/held.h"
#include "table/space.h"

/* Whether a mapping there has to be carved out of the fence or of a reservation. */
static inline bool carve_needed(const struct space *space, uintptr_t start, size_t length)
{
	return held_any(space, start, start + length);
}

/* Makes [start, start + length), which the caller has claimed, ready to be mapped
 * over with MAP_FIXED: what is held is found to be nothing else, the rest gets a
 * placeholder. 0, -EEXIST where an unseen mapping is there, or
 * another -errno; then all is as before. */
long carve_open(struct space *space, uintptr_t start, size_t length);

/* After a mapping there has failed: takes the placeholders away. The claim is to be
 * ended with fence_vacate(), since a failed MAP_FIXED may have left a hole. */
void carve_shut(struct space *space, uintptr_t start, size_t length);

#endif
