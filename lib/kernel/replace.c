/* SPDX-License-Identifier: MIT */
#include "replace.h"

#include <errno.h>

#include "fence.h"
#include "place.h"
#include "sys.h"

static long map_with(const struct request *request, uintptr_t at, int flags)
{
	return sys_mmap(at, request->length, request->prot,
			(request->flags & ~MAP_FIXED & ~MAP_FIXED_NOREPLACE) | flags, request->fd,
			request->offset);
}

/* Whether the kernel has gathered all that it needs before it unmaps. */
static bool cannot_fail_late(const struct space *space, const struct request *request)
{
	return space->gathers && request->flags & MAP_ANONYMOUS &&
	       (request->flags & MAP_TYPE) == MAP_PRIVATE && !(request->flags & MAP_HUGETLB);
}

/* Whether the target is free and was mapped for that: the usual case needs no
 * detour. MAP_SHARED_VALIDATE does not know NOREPLACE. */
static bool map_free(const struct request *request, long *result)
{
	if ((request->flags & MAP_TYPE) == MAP_SHARED_VALIDATE)
		return false;
	*result = map_with(request, request->address, MAP_FIXED_NOREPLACE);
	if (!sys_failed(*result) && *result != (long)request->address) {
		/* A kernel before 4.17 took it for a hint. */
		sys_munmap((uintptr_t)*result, request->length);
		return false;
	}
	return *result != -EEXIST;
}

/* A place_mapper. */
static long map_aside(const void *what, uintptr_t at, bool over)
{
	const struct request *request = what;

	return map_with(request, at, over ? MAP_FIXED : MAP_FIXED_NOREPLACE);
}

static long move_over(const struct request *request, uintptr_t aside, size_t length)
{
	long result = sys_mremap(aside, length, length, MREMAP_MAYMOVE | MREMAP_FIXED,
				 request->address);

	if (!sys_failed(result))
		return result;
	sys_munmap(aside, length);
	return map_with(request, request->address, MAP_FIXED);
}

/* Where the window is full: outside. */
static long replace_from_outside(struct space *space, const struct request *request, size_t length)
{
	struct want want = {
		.area = { .kind = AREA_OUTSIDE },
		.length = length,
		.detail = { .kind = KIND_HOST, .caller = request->caller },
		.map = map_aside,
		.what = request,
	};
	struct placed placed;
	long result = place(space, &want, &placed);

	if (sys_failed(result))
		return result;
	result = move_over(request, placed.start, length);
	place_leave(space, &want, &placed);
	fence_mend(space, placed.start, placed.start + length);
	return result;
}

long replace_map(struct space *space, const struct request *request)
{
	size_t length = space_pages(space, request->length);
	long result;

	if (cannot_fail_late(space, request))
		return map_with(request, request->address, MAP_FIXED);
	if (map_free(request, &result))
		return result;
	/* For a moment it may lie anywhere. */
	result = map_with(request, 0, 0);
	if (!sys_failed(result))
		return move_over(request, (uintptr_t)result, length);
	return result == -ENOMEM ? replace_from_outside(space, request, length) : result;
}
