/* SPDX-License-Identifier: MIT */
/* mremap. */
#ifndef VALIMIT_PLACE_OP_MREMAP_H
#define VALIMIT_PLACE_OP_MREMAP_H

#include "remap.h"
#include "table/space.h"

/* A remap that the kernel has placed at `result`, and the limits have changed
 * meanwhile: takes it into the window, if it lies outside and there is room.
 * Where it is then. */
long move_home(struct space *space, const struct remap *remap, long result);

/* What mremap(2) does; where the mapping has to move, it moves inside the
 * area. The address or -errno. */
long move_remap(struct space *space, const struct remap *remap);

#endif
