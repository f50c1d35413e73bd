/* SPDX-License-Identifier: MIT */
/* Addresses that the caller demands: MAP_FIXED and MAP_FIXED_NOREPLACE. */
#ifndef VALIMIT_PLACE_FIXED_H
#define VALIMIT_PLACE_FIXED_H

#include "request.h"
#include "table/claim.h"
#include "table/space.h"

long fixed_map(struct space *space, const struct request *request);

/* Whether the caller may have [address, address + length): 0; or -ENOMEM where it is
 * denied to the caller, or would be replaced and is the library's own. To a call that
 * replaces nothing, the kernel says that the library's memory is taken. Counts a guest's
 * outside. */
long fixed_allowed(struct space *space, uintptr_t address, size_t length, bool replaces,
		   enum kind kind, uintptr_t caller);

/* Where the range is free, but for the fence: claims it and carves it out, for the
 * caller to map over with MAP_FIXED and `info`, or to give back with
 * fence_uncarve() and claim_kept(). False where there is no need to, something is
 * there, or the fence is sealed. */
bool fixed_carve(struct space *space, struct claim *claim, uintptr_t address, size_t length,
		 const struct mapping_info *info);

#endif
