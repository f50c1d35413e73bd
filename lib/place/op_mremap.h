/* SPDX-License-Identifier: MIT */
/* mremap(). */
#ifndef VALIMIT_PLACE_OP_MREMAP_H
#define VALIMIT_PLACE_OP_MREMAP_H

#include "remap.h"
#include "table/space.h"

/* mremap(2); a mapping that has to move stays inside the remap's area. The address or
 * -errno. */
long remap_request(struct space *space, const struct remap *remap);

#endif
