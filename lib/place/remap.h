/* SPDX-License-Identifier: MIT */
/* What a caller of mremap asks for. */
#ifndef VALIMIT_PLACE_REMAP_H
#define VALIMIT_PLACE_REMAP_H

#include "area.h"

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

/* The call as the caller made it: the kernel's answer. */
long remap_as_asked(const struct remap *remap);

/* Whether the kernel refuses the call whatever is mapped: flags that it does not know or
 * not together, addresses within a page, sizes that pass the end of user space, a target
 * that meets the old range. */
bool remap_invalid(const struct space *space, const struct remap *remap);

/* Whether [start, start + length) passes the end of user space. */
bool remap_beyond(const struct space *space, uintptr_t start, size_t length);

#endif
