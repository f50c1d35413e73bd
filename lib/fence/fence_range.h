/* SPDX-License-Identifier: MIT */
/*
 * Operations on a range of held addresses (table/held.h: the fence, and the program's
 * reservations). The kernel refuses no call here (MAP_FIXED, munmap), so the caller holds a
 * claim on exactly the range (table/claim.h), unless a comment says otherwise.
 */
#ifndef VALIMIT_FENCE_FENCE_RANGE_H
#define VALIMIT_FENCE_FENCE_RANGE_H

#include "table/held.h"
#include "table/space.h"

/* Prepares [start, start + length) for a MAP_FIXED: verifies that the held addresses are
 * only reservations, and puts placeholders on all others. 0, -EEXIST where an unseen
 * mapping is there, or another -errno; an error leaves no placeholder. */
long fence_carve(struct space *space, uintptr_t start, size_t length);

/* Undoes fence_carve() after the mapping has failed: unmaps the placeholders. End the claim
 * with fence_refill(), since a failed MAP_FIXED may leave a hole. */
void fence_uncarve(struct space *space, uintptr_t start, size_t length);

/* Unmaps [start, end): first replaces it with fence in one step per piece_first() piece,
 * then unmaps the addresses that are not held. 0; or -errno, with nothing changed unless
 * the range crosses 2^48 (two pieces). */
long fence_replace(struct space *space, uintptr_t start, uintptr_t end);

/* munmap() for a range with held addresses: fence_replace() with a claim of its own. 0,
 * -EPERM or -ENOMEM. */
long fence_unmap(struct space *space, uintptr_t start, uintptr_t end);

/* Unmaps the fence in [start, end), which becomes a hole; the kernel's list tells the
 * program's mappings, which stay. The range is claimed, or is the reserve kept back at the
 * window's top. 0 or -errno. */
long fence_open(const struct space *space, uintptr_t start, uintptr_t end);

#endif
