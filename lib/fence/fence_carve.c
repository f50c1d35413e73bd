/* SPDX-License-Identifier: MIT */
#include "fence_carve.h"

#include <errno.h>
#include <limits.h>

#include "sys/feel.h"
#include "sys/sys.h"
#include "sys/vma.h"
#include "table/held.h"

static long fill_gap(uintptr_t start, uintptr_t end)
{
	long at = start < end ? sys_reserve(start, end - start) : 0;

	return sys_failed(at) ? at : 0;
}

/* What is held may be in several pieces, and have holes that have not been closed yet. */
static long fill_pieces(const struct vma_bounds *bounds, uintptr_t start, uintptr_t end)
{
	struct obstacle look = obstacle_begin(*bounds, start, end);
	struct obstacle_facts facts;
	long result = 0;

	look.left = INT_MAX;
	while (obstacle_next(&look, &facts)) {
		if (result == 0)
			result = obstacle_reserves(&facts) ? fill_gap(start, facts.span.start) :
							     -EEXIST;
		start = facts.span.end;
	}
	return result ? result : fill_gap(start, end);
}

/* The table says that it is held; but a call that the library did not see may have mapped
 * over it. */
static long open_held(const struct space *space, uintptr_t start, uintptr_t end)
{
	const struct vma_bounds bounds = space_bounds(space);

	return feel_reserved(&bounds, start, end) ? 0 : fill_pieces(&bounds, start, end);
}

static long open_piece(const struct space *space, uintptr_t start, uintptr_t end)
{
	size_t length = end - start;

	if (held_any(space, start, end))
		return open_held(space, start, end);

	long result = sys_reserve(start, length);

	return sys_failed(result) ? result : 0;
}

long carve_open(struct space *space, uintptr_t start, size_t length)
{
	uintptr_t end = start + length;
	long result = 0;

	for (uintptr_t at = start, border; result == 0 && at < end; at = border) {
		border = held_border(space, at, end);
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
		border = held_border(space, at, end);
		if (!held_any(space, at, border))
			space_discard(space, at, border - at);
	}
}
