/* SPDX-License-Identifier: MIT */
/* mremap() with MREMAP_FIXED. */
#ifndef VALIMIT_PLACE_OP_MREMAP_FIXED_H
#define VALIMIT_PLACE_OP_MREMAP_FIXED_H

#include "moving.h"

/* Moves to the remap's new address. The address or -errno. */
long move_fixed(struct space *space, const struct move *move);

#endif
