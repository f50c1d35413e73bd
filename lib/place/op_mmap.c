/* SPDX-License-Identifier: MIT */
#include "op_mmap.h"

#include <errno.h>

#include "core/rare.h"
#include "core/size.h"
#include "core/uapi.h"
#include "fence/stack_guard.h"
#include "fixed.h"
#include "huge.h"
#include "passthrough.h"
#include "place.h"
#include "scan.h"
#include "sys/sys.h"
#include "table/claim.h"
#include "table/event.h"

/* Passes the request to the kernel as it is. */
static long map_plain(const struct request *request)
{
	return sys_mmap(request->address, request->length, request->prot, request->flags,
			request->fd, request->offset);
}

/* The request's area, narrowed by MAP_32BIT and MAP_ABOVE4G. A guest may give MAP_32BIT on
 * any architecture, without the kernel seeing it; a host's counts where the kernel has it. */
static struct area area_of(const struct request *request)
{
	struct area area = request->area;

#ifdef MAP_32BIT
	if (request->flags & MAP_ABOVE4G && !(request->flags & MAP_LOW) && area.kind == AREA_WINDOW)
		return (struct area){ .kind = AREA_HIGH };
#endif
	area.low = area.kind == AREA_RANGE && request->flags & MAP_LOW;
	if (!(request->flags & MAP_LOW) || area.low)
		return area;
	if (request->kind == KIND_GUEST)
		return (struct area){ .kind = AREA_LOW };
#ifdef MAP_32BIT
	area = (struct area){ .kind = AREA_RANGE, .range = { AREA_LOW_START, AREA_LOW_END } };
#endif
	return area;
}

static struct want want_of(struct space *space, const struct request *request)
{
	struct want want = {
		.area = request->flags & (MAP_LOW | MAP_ABOVE4G) ? area_of(request) : request->area,
		.hint = round_down(request->address, space->page),
		.direction = request->direction,
		.info = { .kind = (uint8_t)request->kind, .caller = request->caller },
		.map = map_there,
		.what = request,
		.strays = (request->flags & MAP_TYPE) == MAP_SHARED_VALIDATE,
	};

	if (want.hint && want.hint < space->min)
		want.hint = space->min; /* as the kernel's round_hint_to_min() */
	want.align = map_page(space, request);
	if (want.align < request->align)
		want.align = request->align;
	want.length = request->length; /* map_request() has set it to map_length() */
	want.hint = round_up(want.hint, want.align);
	want.base = want.hint;
	/* The kernel aligns anonymous memory for huge pages only without a hint
	 * (__get_unmapped_area()). */
	if (want.align == space->page && request->flags & MAP_ANONYMOUS && want.hint == 0) {
		want.shared = request->flags & MAP_SHARED;
		want.huge = want.shared ? huge_shared(space, want.length) :
					  huge_align(space, want.length);
	}
	if (request->flags & MAP_GROWSDOWN)
		want.info.flags = ENTRY_GROWSDOWN;
	return want;
}

/* Lets the kernel choose the address. A mapping outside the area is unmapped again:
 * -ENOMEM, and *align is the alignment of the kernel's choice. */
static RARE long map_anywhere(struct space *space, const struct want *want, size_t *align)
{
	const struct request *request = want->what;
	long result = map_plain(request);

	if (sys_failed(result))
		return result;
	if (area_holds(space, &want->area, (uintptr_t)result, want->length)) {
		claim_set(space, (uintptr_t)result, (uintptr_t)result + want->length, &want->info);
		return result;
	}
	*align = (size_t)result & -(size_t)result;
	space_discard(space, (uintptr_t)result, want->length);
	return -ENOMEM;
}

/* Whether the request's file has huge pages; adapts alignment, hint and length to them.
 * Asked only after an EINVAL, since it costs a system call. */
static RARE bool want_huge_file(struct want *want, struct request *request)
{
	size_t page = map_huge_file(request);

	if (page <= want->align)
		return false;
	want->align = page;
	want->hint = round_up(request->address, page);
	want->length = request->length = round_up(want->length, page);
	return true;
}

/* The error for a request without room. The kernel checks files and the size of huge pages
 * before it looks for room, so it is asked for more than user space has. */
static RARE long refuse_request(const struct space *space, const struct request *request)
{
	long result;

	if (request->flags & MAP_ANONYMOUS && !(request->flags & MAP_HUGETLB))
		return -ENOMEM;
	result = sys_mmap(0, space->top + map_page(space, request), request->prot, request->flags,
			  request->fd, 0);
	return sys_failed(result) ? result : -ENOMEM;
}

static long map_new(struct space *space, struct request *request)
{
	struct want want = want_of(space, request);
	struct placed placed;
	size_t align = 0;
	long result = place(space, &want, &placed);

	if (result == -EINVAL && want_huge_file(&want, request))
		result = place(space, &want, &placed);
	if (result == -EINVAL) {
		/* Some mappings refuse any address but the kernel's choice: io_uring's
		 * rings, drivers, huge pages at an unaligned place. If the choice shows an
		 * alignment, try again with that. */
		result = map_anywhere(space, &want, &align);
		if (result != -ENOMEM || align <= space->page || align <= want.align)
			return result;
		want.align = align;
		result = place(space, &want, &placed);
		/* The alignment was not the reason; without a mapping there is no other
		 * error. */
		if (result == -EINVAL)
			result = -ENOMEM;
	}
	if (!sys_failed(result)) {
		place_keep(space, &want, &placed);
		if (request->flags & MAP_GROWSDOWN)
			guard_below(space, placed.start);
	}
	return result == -ENOMEM ? refuse_request(space, request) : result;
}

/* Whether the kernel places the mapping itself. MAP_32BIT can be passed on to x86's kernel
 * alone. */
static bool is_passthrough(const struct space *space, const struct request *request)
{
#ifndef MAP_32BIT
	if (request->flags & MAP_LOW)
		return false;
#endif
	return passthrough_places(space, &request->area) && request->align <= space->page &&
	       request->direction == DIRECTION_POLICY;
}

/* Searches the kernel's list for a hole: the kernel's own search wants room for the
 * alignment of huge pages as well, and misses a hole of just their size. */
static RARE long map_hole(struct space *space, const struct request *request)
{
	struct area area = area_of(request);
	struct spans spans = area_spans(space, &area);
	struct request aligned = *request;
	size_t file = map_huge_file(request);
	size_t page = file ? file : map_page(space, request);
	long result = -ENOMEM;

	if (page <= space->page)
		return result;
	aligned.length = round_up(request->length, page);
	for (int i = 0; result == -ENOMEM && i < spans.count; i++)
		result = scan_map(space, spans.at[i], aligned.length, page, map_there, &aligned);
	return result;
}

static long map_passthrough(struct space *space, const struct request *request)
{
	size_t length = request->length;
	int tries = 0;
	long result;

	if (request->address)
		passthrough_yield_for(space, request->address, length);
	do
		result = map_plain(request);
	while (passthrough_again(space, &result, length, passthrough_give_back, &tries));
	if (result == -ENOMEM)
		result = map_hole(space, request);
	if (result == -ENOMEM)
		event_full(space, length, 0);
	return result;
}

/* Demands inside a range: the address must lie in the range as well. */
static long map_demanded(struct space *space, const struct request *request, size_t length)
{
	if (request->area.kind == AREA_RANGE &&
	    !area_holds(space, &request->area, request->address, length))
		return request->flags & MAP_FIXED_NOREPLACE ? -EEXIST : -ENOMEM;
	return fixed_map(space, request);
}

long map_request(struct space *space, struct request *request)
{
	size_t length = map_length(space, request);

	/* The kernel refuses a length that can only fail. */
	if (length == 0 || length > space->top)
		return map_plain(request);
	if (request->flags & (MAP_FIXED | MAP_FIXED_NOREPLACE))
		return map_demanded(space, request, length);
	/* Huge pages can be unmapped only as a whole. */
	request->length = length;
	if (is_passthrough(space, request))
		return map_passthrough(space, request);
	return map_new(space, request);
}
