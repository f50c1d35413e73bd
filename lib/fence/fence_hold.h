/* SPDX-License-Identifier: MIT */
/* One reservation of the fence: it is left out of core dumps and of locked memory, and has
 * a name in /proc/PID/maps. */
#ifndef VALIMIT_FENCE_FENCE_HOLD_H
#define VALIMIT_FENCE_FENCE_HOLD_H

#include "table/space.h"

/* Reserves the span. *span shrinks to the part that is not reserved yet: empty with 0, the
 * rest with -errno. -EEXIST where a mapping is in the way. */
long fence_hold(struct space *space, struct span *span);

/* Reserves [start, end) of the window in one piece; fence_open() gives it back. 0, or
 * -errno; -EEXIST where a mapping is in the way. */
long fence_hold_free(struct space *space, uintptr_t start, uintptr_t end);

/* Reserves the piece with MAP_FIXED, over any mapping there. The piece is one that
 * piece_first() returns. 0 or -errno. */
long fence_hold_over(struct space *space, struct span piece);

#endif
