/* SPDX-License-Identifier: MIT */
#include "fixed.h"

#include <errno.h>

#include "fence/fence_hole.h"
#include "fence/fence_range.h"
#include "fence/stack_guard.h"
#include "passthrough.h"
#include "replace.h"
#include "sys/sys.h"
#include "table/claim.h"
#include "table/event.h"
#include "table/lookup.h"

long fixed_allowed(struct space *space, uintptr_t address, size_t length, bool replaces,
		   enum kind kind, uintptr_t caller)
{
	if (replaces && space_own(space, address, length))
		return -ENOMEM;
	if (kind == KIND_HOST || space_inside(space, address, length))
		return 0;
	if (space->fixed_deny) {
		space_count(space, COUNT_DENIED);
		return -ENOMEM;
	}
	event_outside(space, (struct span){ address, address + length }, caller);
	return 0;
}

/* Whether the range touches a sealed fence, which even a claim's holder cannot open. The
 * program's reservations in the window are no part of it. */
static bool sealed_touches(const struct space *space, uintptr_t address, size_t length)
{
	return space->table->fence == FENCE_SEALED && !space_inside(space, address, length);
}

bool fixed_carve(struct space *space, struct claim *claim, uintptr_t address, size_t length,
		 const struct mapping_info *info)
{
	*claim = claim_none(space, address, address + length);
	if (sealed_touches(space, address, length) || !held_any(space, address, address + length) ||
	    !claim_vacant(space, claim, address, address + length, info))
		return false;
	if (fence_carve(space, address, length) == 0)
		return true;
	claim_kept(space, claim);
	return false;
}

/* An mmap() flag without a meaning in any kernel. */
#define FLAG_UNKNOWN 0x2000000

/* Flags for mapping over carved fence: MAP_FIXED, since NOREPLACE would meet the fence.
 * do_mmap() refuses NOREPLACE together with MAP_SHARED_VALIDATE, as any flag that it does
 * not know: FLAG_UNKNOWN gets the caller that answer. */
static int flags_carved(int flags)
{
	bool validate = (flags & MAP_TYPE) == MAP_SHARED_VALIDATE;

	return (flags & ~MAP_FIXED_NOREPLACE) | MAP_FIXED | (validate ? FLAG_UNKNOWN : 0);
}

static struct mapping_info info_of(const struct request *request, bool inside)
{
	bool demanded = !inside && request->kind != KIND_HOST;

	return (struct mapping_info){
		.kind = (uint8_t)request->kind,
		.flags = (uint8_t)((demanded ? ENTRY_OUTSIDE : 0) |
				   (request->flags & MAP_GROWSDOWN ? ENTRY_GROWSDOWN : 0)),
		.caller = request->caller,
	};
}

/* Maps over a carved range, which only the fence holds. A failure keeps the fence, and all
 * mappings in the window's part of the range. */
static long map_carved(struct space *space, const struct request *request, size_t length,
		       struct claim *claim, const struct mapping_info *info)
{
	struct request over = *request;
	long result;

	over.flags = flags_carved(over.flags);
	result = replace_map(space, &over);
	if (!sys_failed(result)) {
		claim_mapped(space, claim, info);
		return result;
	}
	fence_uncarve(space, request->address, length);
	fence_refill(space, claim);
	return result;
}

/* MAP_FIXED_NOREPLACE. The fence is invisible to callers: a range that only the fence holds
 * is free. */
static long map_free(struct space *space, const struct request *request, size_t length,
		     const struct mapping_info *info)
{
	uintptr_t start = request->address;
	struct claim claim = claim_none(space, start, start + length);
	long result;

	/* Calls without a range of their own find a reservation occupied. */
	if ((request->area.kind == AREA_RANGE || !reserved_any(space, start, start + length)) &&
	    fixed_carve(space, &claim, start, length, info))
		return map_carved(space, request, length, &claim, info);
	result = sys_mmap(start, request->length, request->prot, request->flags, request->fd,
			  request->offset);
	if (!sys_failed(result) && result != (long)start) {
		/* A kernel before 4.17 takes NOREPLACE for a hint. */
		sys_munmap((uintptr_t)result, length);
		return -EEXIST;
	}
	if (!sys_failed(result) && !passthrough_holds(space, start, length))
		claim_mapped(space, &claim, info);
	return result;
}

/* Ends the claim of a failed MAP_FIXED, which may have left a hole in the fence. */
static void keep(struct space *space, struct claim *claim)
{
	claim_kept(space, claim);
	if (claim_excludes(space, claim->start, claim->end))
		fence_patch(space, claim->start, claim->end);
}

/* MAP_FIXED. Over the fence it needs a claim: without one, another call could be given the
 * range at the same time. */
static long map_over(struct space *space, const struct request *request, size_t length,
		     const struct mapping_info *info)
{
	uintptr_t start = request->address;
	struct claim claim;
	long result;

	if (passthrough_holds(space, start, length))
		return replace_map(space, request);
	if (!claim_take(space, &claim, start, start + length))
		return -ENOMEM;
	result = replace_map(space, request);
	if (!sys_failed(result))
		claim_mapped(space, &claim, info);
	else
		keep(space, &claim);
	return result;
}

long fixed_map(struct space *space, const struct request *request)
{
	uintptr_t start = request->address;
	size_t length = map_length(space, request);
	bool inside = space_inside(space, start, length);
	struct mapping_info info = info_of(request, inside);
	long result;

	if (start & (map_page(space, request) - 1) || start > space->top || length > space->top - start)
		return sys_mmap(start, request->length, request->prot, request->flags, request->fd,
				request->offset);
	result = fixed_allowed(space, start, length, !(request->flags & MAP_FIXED_NOREPLACE),
			       request->kind, request->caller);
	/* A caller that scans with NOREPLACE takes a denied address for occupied, and goes
	 * on. */
	if (result)
		return request->flags & MAP_FIXED_NOREPLACE ? -EEXIST : result;
	passthrough_yield_for(space, start, length);
	if (request->flags & MAP_FIXED_NOREPLACE)
		result = map_free(space, request, length, &info);
	else
		result = map_over(space, request, length, &info);
	if (!sys_failed(result) && request->flags & MAP_GROWSDOWN &&
	    !passthrough_holds(space, start, length))
		guard_below(space, start);
	return result;
}
