/* SPDX-License-Identifier: MIT */
/* Reservations of the fence, piece by piece. */
#ifndef VALIMIT_FENCE_FENCE_HOLD_H
#define VALIMIT_FENCE_FENCE_HOLD_H

#include "table/space.h"

/* Reserves the span where it is free as a whole, and leaves of it what is still to be
 * done: nothing, or -errno; -EEXIST where something is there. */
long fence_hold(struct space *space, struct span *span);

/* Puts fence over the piece, whatever is there: one that piece_first() gives. 0 or
 * -errno. */
long fence_hold_over(struct space *space, struct span piece);

/* Of a reservation that was just made: it is left out of core dumps and of locked
 * memory, and has a name. */
void fence_dress(struct space *space, struct span piece);

#endif
