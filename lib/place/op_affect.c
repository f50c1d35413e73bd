/* SPDX-License-Identifier: MIT */
#include "op_affect.h"

#include <errno.h>

#include "core/rare.h"
#include "passthrough.h"
#include "sys/sys.h"
#include "sys/vma.h"
#include "table/lookup.h"

long affect_kernel(const struct affect *affect)
{
	return SYS(affect->number, affect->start, affect->length, affect->third, affect->fourth);
}

/* Makes the call for the part [start, end) of its range. mincore() answers one byte a page. */
static long for_part(const struct space *space, const struct affect *affect, uintptr_t start,
		     uintptr_t end)
{
	struct affect part = *affect;

	part.start = start;
	part.length = end - start;
	if (part.number == SYS_mincore)
		part.third += (long)((start - affect->start) / space->page);
	return start < end ? affect_kernel(&part) : 0;
}

/* Makes the call beyond user space, where no memory is mapped: the kernel judges the other
 * arguments first, then fails. */
static long for_nothing(const struct space *space, const struct affect *affect)
{
	struct affect beyond = *affect;

	beyond.start = space->top;
	beyond.length = space->page;
	return affect_kernel(&beyond);
}

/* The end of the fence at `at`, where the table has no mapping up to `end`. Without fence
 * there, `at`; *next is then the nearest address at which fence may begin. */
static uintptr_t fence_end(const struct space *space, uintptr_t at, uintptr_t end, uintptr_t *next)
{
	struct vma_facts facts;

	*next = end;
	if (!vma_at(at, &facts))
		return at;
	if (facts.span.start > at)
		*next = facts.span.start < end ? facts.span.start : end;
	else if (facts.span.end < end)
		*next = facts.span.end;
	return facts.span.start <= at && space_is_fence(space, &facts) ? *next : at;
}

/* The first fence in [at, end); empty at `end` where there is none. */
static struct span next_fence(struct space *space, uintptr_t at, uintptr_t end)
{
	while (at < end) {
		uintptr_t border = space_border(space, at, end), next = border;
		struct entry entry;
		long found = space_inside(space, at, border - at) ?
				     -ENOMEM : lookup_mapping(space, at, border, &entry);

		if (found > 0 && entry.start <= at) {
			at = entry.end;
			continue;
		}
		if (found >= 0) {
			uintptr_t last = fence_end(space, at, found ? entry.start : border, &next);

			if (last > at)
				return (struct span){ at, last };
		}
		at = next;
	}
	return (struct span){ end, end };
}

/* Whether the kernel goes on behind unmapped memory; for other calls it stops there. */
static bool goes_on(long number)
{
	return number == SYS_madvise || number == SYS_msync;
}

RARE long affect(struct space *space, const struct affect *affect)
{
	uintptr_t at = affect->start, end = at + space_pages(space, affect->length);
	bool missed = false;
	long result = 0;

	if (!space_aligned(space, at) || end <= at || end > space->top)
		return affect_kernel(affect);
	passthrough_yield_for(space, at, end - at);
	while (result == 0 && at < end) {
		struct span fence = next_fence(space, at, end);

		result = for_part(space, affect, at, fence.start);
		missed |= result == -ENOMEM || (result == 0 && !span_empty(fence));
		if (missed && !goes_on(affect->number))
			break;
		if (result == -ENOMEM)
			result = 0;
		at = fence.end;
	}
	return result == 0 && missed ? for_nothing(space, affect) : result;
}
