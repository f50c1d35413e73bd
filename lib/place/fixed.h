/* SPDX-License-Identifier: MIT */
/* Addresses that the caller demands: MAP_FIXED and MAP_FIXED_NOREPLACE. */
#ifndef VALIMIT_PLACE_FIXED_H
#define VALIMIT_PLACE_FIXED_H

#include "request.h"
#include "table/claim.h"
#include "table/space.h"

/* Maps at the request's address. The address or -errno. */
long fixed_map(struct space *space, const struct request *request);

/* Whether the caller may have [address, address + length): 0; or -ENOMEM where a guest is
 * denied addresses outside, or where the call `replaces` the library's own memory. To a
 * call that replaces nothing, the kernel itself answers that this memory is taken. Counts a
 * guest's demand outside the window. */
long fixed_allowed(struct space *space, uintptr_t address, size_t length, bool replaces,
		   enum kind kind, uintptr_t caller);

/* Claims and carves a range that only the fence holds, for a MAP_FIXED with `info`; where
 * that fails, undo with fence_uncarve() and fence_refill(). False, with nothing claimed,
 * where no address is held, a mapping is there, or the fence is sealed. */
bool fixed_carve(struct space *space, struct claim *claim, uintptr_t address, size_t length,
		 const struct mapping_info *info);

#endif
