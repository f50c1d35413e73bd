/* SPDX-License-Identifier: MIT */
/* mremap. */
#ifndef VALIMIT_KERNEL_MOVE_H
#define VALIMIT_KERNEL_MOVE_H

#include "area.h"
#include "space.h"

/* mremap's arguments as the caller gave them, and whose they are. */
struct remap {
	enum kind kind;   /* of a mapping that the table does not know */
	struct area area; /* AREA_RANGE: where it shall be; else by the mapping's kind */
	uintptr_t old;
	size_t old_size, new_size;
	int flags;
	uintptr_t new; /* MREMAP_FIXED: where to; MREMAP_DONTUNMAP: a hint, or 0 */
	uintptr_t caller;
};

/* A remap that the kernel has placed at `result`, and the limits have changed
 * meanwhile: takes it into the window, if it lies outside and there is room.
 * Where it is then. */
long move_home(struct space *space, const struct remap *remap, long result);

/* What mremap(2) does; where the mapping has to move, it moves inside the
 * area. The address or -errno. */
long move_remap(struct space *space, const struct remap *remap);

#endif
