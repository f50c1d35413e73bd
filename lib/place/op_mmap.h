/* SPDX-License-Identifier: MIT */
/* mmap(). */
#ifndef VALIMIT_PLACE_OP_MMAP_H
#define VALIMIT_PLACE_OP_MMAP_H

#include "request.h"
#include "table/space.h"

/* mmap(2), with an address inside the area unless the caller demands another. The address
 * or -errno. */
long map_request(struct space *space, struct request *request);

#endif
