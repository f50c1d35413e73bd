/* SPDX-License-Identifier: MIT */
#include "map.h"

#include <errno.h>

#include "direct.h"
#include "event.h"
#include "fixed.h"
#include "guard.h"
#include "place.h"
#include "sys.h"

#ifndef MAP_HUGE_SHIFT
#define MAP_HUGE_SHIFT 26
#endif
#define MAP_HUGE_MASK 0x3f

static long map_at(const struct request *request, uintptr_t at, int flags)
{
	return sys_mmap(at, request->length, request->prot, request->flags | flags, request->fd,
			request->offset);
}

/* A place_mapper: what the request asks for, there or nowhere. */
static long map_there(const void *what, uintptr_t at, bool over)
{
	const struct request *asked = what;
	struct request without = *asked;
	const struct request *request = &without;

	without.flags &= ~MAP_LOW; /* the address says it */
	if (over)
		return map_at(request, at, MAP_FIXED);

	return sys_mmap_free(at, request->length, request->prot, request->flags, request->fd,
			     request->offset);
}

/* MAP_32BIT is a guest's word: a kernel that does not know it shall not see it.
 * A host's is the kernel's own flag, where it has one. */
static struct area area_of(const struct request *request)
{
	struct area area = request->area;

	if (!(request->flags & MAP_LOW) || area.kind == AREA_RANGE)
		return area;
	if (request->kind == KIND_GUEST)
		return (struct area){ .kind = AREA_LOW };
#ifdef MAP_32BIT
	area = (struct area){ AREA_RANGE, { AREA_LOW_START, AREA_LOW_END } };
#endif
	return area;
}

static struct want want_of(const struct space *space, const struct request *request)
{
	struct want want = {
		.area = area_of(request),
		.length = space_pages(space, request->length),
		.hint = request->address & ~(space->page - 1),
		.detail = { .kind = (uint8_t)request->kind, .caller = request->caller },
		.map = map_there,
		.what = request,
	};

	if (want.hint && want.hint < space->min)
		want.hint = space->min; /* as the kernel's round_hint_to_min() */
	if (request->flags & MAP_HUGETLB) {
		int log = request->flags >> MAP_HUGE_SHIFT & MAP_HUGE_MASK;

		want.align = log ? 1UL << log : place_huge(space, 0);
		want.length = (want.length + want.align - 1) & ~(want.align - 1);
		want.hint = (want.hint + want.align - 1) & ~(want.align - 1);
	} else if (request->flags & MAP_ANONYMOUS && (request->flags & MAP_TYPE) == MAP_PRIVATE) {
		want.huge = place_huge(space, want.length);
	}
	if (request->flags & MAP_GROWSDOWN) {
		want.guard = guard_size(space);
		want.detail.flags = ENTRY_GROWSDOWN;
	}
	return want;
}

/* The kernel chooses; what lies outside the area is not kept, but *align then
 * tells what its choice was aligned to. */
static long map_anywhere(struct space *space, const struct want *want, size_t *align)
{
	const struct request *request = want->what;
	long result = map_at(request, request->address, 0);

	if (sys_failed(result))
		return result;
	if (area_holds(space, &want->area, (uintptr_t)result, want->length)) {
		record_set(space, (uintptr_t)result, (uintptr_t)result + want->length,
			   &want->detail);
		return result;
	}
	*align = (size_t)result & -(size_t)result;
	space_discard(space, (uintptr_t)result, want->length);
	return -ENOMEM;
}

static long map_new(struct space *space, const struct request *request)
{
	struct want want = want_of(space, request);
	struct placed placed;
	size_t align = 0;
	long result = place(space, &want, &placed);

	if (result == -EINVAL) {
		/* Some refuse any address but their own choice: io_uring's rings,
		 * drivers, huge pages at an odd place. Where the choice shows an
		 * alignment, that may be all that was missing. */
		result = map_anywhere(space, &want, &align);
		if (result != -ENOMEM || align <= space->page || align <= want.align)
			return result;
		want.align = align;
		result = place(space, &want, &placed);
		/* It was not that; and where the kernel's choice lay, nobody may be. */
		if (result == -EINVAL)
			result = -ENOMEM;
	}
	if (!sys_failed(result)) {
		place_keep(space, &want, &placed);
		if (want.guard)
			guard_below(space, placed.start);
	}
	/* The kernel looks at the descriptor before it looks for room. */
	if (result == -ENOMEM && !(request->flags & MAP_ANONYMOUS) &&
	    SYS(SYS_fcntl, request->fd, F_GETFD) == -EBADF)
		return -EBADF;
	return result;
}

/* x86's kernel knows MAP_32BIT for itself. */
static bool is_direct(const struct space *space, const struct request *request)
{
#ifndef MAP_32BIT
	if (request->flags & MAP_LOW)
		return false;
#endif
	return direct_places(space, &request->area);
}

static long map_direct(struct space *space, const struct request *request, size_t length)
{
	int tries = 0;
	long result;

	if (request->address)
		direct_yield_for(space, request->address, length);
	do
		result = map_at(request, request->address, 0);
	while (direct_again(space, &result, length, sys_munmap, &tries));
	if (result == -ENOMEM)
		event_full(space, length, 0);
	return result;
}

long map_request(struct space *space, const struct request *request)
{
	size_t length = space_pages(space, request->length);

	/* What can only fail is the kernel's to refuse. */
	if (length == 0 || length > space->top)
		return map_at(request, request->address, 0);
	if (request->flags & (MAP_FIXED | MAP_FIXED_NOREPLACE))
		return fixed_map(space, request);
	if (is_direct(space, request))
		return map_direct(space, request, length);
	return map_new(space, request);
}
