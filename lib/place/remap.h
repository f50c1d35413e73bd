/* SPDX-License-Identifier: MIT */
/* The request of an mremap() call. */
#ifndef VALIMIT_PLACE_REMAP_H
#define VALIMIT_PLACE_REMAP_H

#include "area.h"

/* mremap()'s arguments as the caller gave them, and whose they are. */
struct remap {
	enum kind kind;   /* for a mapping that the table does not know */
	struct area area; /* AREA_RANGE: for the new mapping; else the mapping's kind decides */
	uintptr_t old;
	size_t old_size, new_size;
	int flags;
	uintptr_t new; /* MREMAP_FIXED: the new address; MREMAP_DONTUNMAP: a hint, or 0 */
	uintptr_t caller;
};

/* Makes the call as the caller made it, and returns the kernel's answer. */
long remap_as_asked(const struct remap *remap);

/* Whether the kernel refuses the call whatever is mapped: unknown flags or combinations of
 * flags, addresses within a page, sizes that pass the end of user space, a target that
 * overlaps the old range. */
bool remap_invalid(const struct space *space, const struct remap *remap);

/* Whether [start, start + length) passes the end of user space. */
bool remap_beyond(const struct space *space, uintptr_t start, size_t length);

#endif
