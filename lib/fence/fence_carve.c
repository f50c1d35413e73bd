/* SPDX-License-Identifier: MIT */
#include "fence_carve.h"

#include <errno.h>
#include <limits.h>

#include "sys/feel.h"
#include "sys/sys.h"

bool carve_needed(const struct space *space, uintptr_t start, size_t length)
{
	return space_fenced(space) && !space_inside(space, start, length);
}

static long fill(uintptr_t start, uintptr_t end)
{
	long at = start < end ? sys_reserve(start, end - start) : 0;

	return sys_failed(at) ? at : 0;
}

/* The fence may be in several pieces, and have holes that have not been closed yet. */
static long fill_pieces(const struct space *space, uintptr_t start, uintptr_t end)
{
	struct obstacle look = obstacle_begin(space_bounds(space), start, end);
	struct obstacle_facts facts;
	long result = 0;

	look.left = INT_MAX;
	while (obstacle_next(&look, &facts)) {
		if (result == 0)
			result = space_is_fence(space, &facts) ? fill(start, facts.span.start) : -EEXIST;
		start = facts.span.end;
	}
	return result ? result : fill(start, end);
}

/* Outside the window the table says that it is fence; but a call that the library did
 * not see may have mapped over it. */
static long open_outside(const struct space *space, uintptr_t start, uintptr_t end)
{
	const struct vma_bounds bounds = space_bounds(space);

	return feel_reserved(&bounds, start, end) ? 0 : fill_pieces(space, start, end);
}

static long open_piece(const struct space *space, uintptr_t start, uintptr_t end)
{
	size_t length = end - start;

	if (!space_inside(space, start, length))
		return open_outside(space, start, end);

	long result = sys_reserve(start, length);

	return sys_failed(result) ? result : 0;
}

long carve_open(struct space *space, uintptr_t start, size_t length)
{
	uintptr_t end = start + length;
	long result = 0;

	for (uintptr_t at = start, border; result == 0 && at < end; at = border) {
		border = space_border(space, at, end);
		result = open_piece(space, at, border);
		if (result)
			carve_shut(space, start, at - start);
	}
	return result;
}

void carve_shut(struct space *space, uintptr_t start, size_t length)
{
	uintptr_t end = start + length;

	for (uintptr_t at = start, border; at < end; at = border) {
		border = space_border(space, at, end);
		if (space_inside(space, at, border - at))
			space_discard(space, at, border - at);
	}
}
