/* SPDX-License-Identifier: MIT */
#include "fence_carve.h"

#include <errno.h>

#include "sys/vma.h"
#include "table/held.h"
#include "sys/sys.h"

bool carve_needed(const struct space *space, uintptr_t start, size_t length)
{
	return held_any(space, start, start + length);
}

/* What is held: whether only that is there, by the kernel's word, since a call that
 * the library did not see may have mapped over it. It may be in several pieces, and
 * have a hole that has not been closed yet. */
static long open_held(uintptr_t start, uintptr_t end)
{
	struct obstacle_facts facts;

	for (uintptr_t next; start < end; start = next) {
		long found = obstacle_look(start, &facts);

		if (found < 0)
			return -ENOMEM;
		next = found ? facts.span.end : end;
		if (!found || facts.span.start > start) {
			next = found && facts.span.start < end ? facts.span.start : end;
			if (sys_failed(sys_reserve(start, next - start)))
				return -EEXIST;
		} else if (!obstacle_reserves(&facts)) {
			return -EEXIST;
		}
	}
	return 0;
}

static long open_piece(const struct space *space, uintptr_t start, uintptr_t end)
{
	size_t length = end - start;

	if (held_any(space, start, end))
		return open_held(start, end);

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
