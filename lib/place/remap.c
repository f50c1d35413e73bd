/* SPDX-License-Identifier: MIT */
#include "remap.h"

#include "sys/sys.h"

#define MREMAP_KNOWN (MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP)

long remap_as_asked(const struct remap *remap)
{
	return sys_mremap(remap->old, remap->old_size, remap->new_size, remap->flags, remap->new);
}

bool remap_beyond(const struct space *space, uintptr_t start, size_t length)
{
	return length > space->top || start > space->top - length;
}

/* Whether the new address is wrong, for MREMAP_FIXED or as a hint of MREMAP_DONTUNMAP. */
static bool bad_target(const struct space *space, const struct remap *remap, size_t old_length)
{
	size_t new_length = space_pages(space, remap->new_size);

	if (!space_aligned(space, remap->new) || remap_beyond(space, remap->new, new_length))
		return true;
	if (remap->flags & MREMAP_DONTUNMAP && old_length != new_length)
		return true;
	return remap->new < remap->old + old_length && remap->old < remap->new + new_length;
}

bool remap_invalid(const struct space *space, const struct remap *remap)
{
	size_t old_length = space_pages(space, remap->old_size);
	bool may_move = remap->flags & MREMAP_MAYMOVE;

	if (remap->flags & ~MREMAP_KNOWN || !space_aligned(space, remap->old) ||
	    space_pages(space, remap->new_size) == 0 ||
	    space_pages(space, remap->new_size) > space->top)
		return true;
	return remap->flags & (MREMAP_FIXED | MREMAP_DONTUNMAP) &&
	       (!may_move || bad_target(space, remap, old_length));
}
