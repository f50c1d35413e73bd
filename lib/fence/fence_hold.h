/* SPDX-License-Identifier: MIT */
/* Reservations of the fence, piece by piece: each is left out of core dumps and of locked
 * memory, and has a name. */
#ifndef VALIMIT_FENCE_FENCE_HOLD_H
#define VALIMIT_FENCE_FENCE_HOLD_H

#include "table/space.h"

/* Reserves the span, where it is free as a whole, and shortens it to the part that is
 * still to be done: nothing, or -errno; -EEXIST where a mapping is in the way. */
long fence_hold(struct space *space, struct span *span);

/* Reserves [start, end) of the window in one piece, which fence_open() gives back. 0, or
 * -errno where a mapping is in the way. */
long fence_hold_free(struct space *space, uintptr_t start, uintptr_t end);

/* Reserves the piece, one that piece_first() gives, over any mapping there. 0 or -errno. */
long fence_hold_over(struct space *space, struct span piece);

#endif
