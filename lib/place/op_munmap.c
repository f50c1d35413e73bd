/* SPDX-License-Identifier: MIT */
#include "op_munmap.h"

#include <errno.h>

#include "fence/fence_hole.h"
#include "fence/fence_range.h"
#include "passthrough.h"
#include "sys/sys.h"
#include "table/claim.h"
#include "table/held.h"
#include "table/lookup.h"

/* Sorts of parts of a range: not held, held, or the library's own memory. */
enum sort { SORT_PLAIN, SORT_FENCED, SORT_OWN };

static long unmap_plain(struct space *space, uintptr_t start, uintptr_t end)
{
	struct claim claim;
	long result;

	claim_take(space, &claim, start, end);
	result = sys_munmap(start, end - start);
	if (result == 0)
		fence_refill(space, &claim);
	else
		claim_kept(space, &claim);
	return result;
}

/* The nearest border above `at` of held addresses or the library's own memory; at most
 * `end`. */
static uintptr_t next_border(const struct space *space, uintptr_t at, uintptr_t end)
{
	uintptr_t own = (uintptr_t)space->table;
	uintptr_t own_end = own + space->table->region_size;

	if (own > at && own < end)
		end = own;
	if (own_end > at && own_end < end)
		end = own_end;
	return held_border(space, at, end);
}

static enum sort sort_of(const struct space *space, uintptr_t start, uintptr_t end)
{
	if (space_own(space, start, end - start))
		return SORT_OWN;
	if (held_any(space, start, end))
		return SORT_FENCED;
	return SORT_PLAIN;
}

/* Unmaps all of the range or nothing, in one step: fence replaces the held addresses. */
static long unmap_fenced(struct space *space, uintptr_t start, uintptr_t end)
{
	long result;

	/* A sealed fence cannot be replaced, not even by fence. */
	if (space->table->fence == FENCE_SEALED && lookup_free(space, start, end))
		return 0;
	result = fence_unmap(space, start, end);
	/* Replacing a part of a huge page or of a perf event fails with ENOMEM, munmap()
	 * with EINVAL: plain unmapping gets the kernel's own answer. */
	return result == -ENOMEM ? unmap_plain(space, start, end) : result;
}

static long unmap_part(struct space *space, uintptr_t start, uintptr_t end)
{
	switch (sort_of(space, start, end)) {
	case SORT_OWN:
		return 0;
	case SORT_FENCED:
		return unmap_fenced(space, start, end);
	case SORT_PLAIN:
		break;
	}
	return unmap_plain(space, start, end);
}

static bool goes_across(const struct space *space, uintptr_t start, uintptr_t end)
{
	bool sealed = space->table->fence == FENCE_SEALED && !space_inside(space, start, end - start);

	return !sealed && !space_own(space, start, end - start) &&
	       held_border(space, start, end) != end;
}

long unmap(struct space *space, uintptr_t address, size_t length)
{
	size_t whole = space_pages(space, length);
	uintptr_t end = address + whole;
	long result = 0;

	if (!space_aligned(space, address) || whole == 0 || address > space->top ||
	    whole > space->top - address)
		return sys_munmap(address, length);
	passthrough_yield_for(space, address, whole);
	if (space->passthrough && passthrough_holds(space, address, whole))
		return sys_munmap(address, length);
	if (held_none(space) && address >= space->min && !space_own(space, address, whole))
		return unmap_plain(space, address, end);
	/* No fence stands, or could stand, below the lowest address that a program may map. */
	if (address < space->min) {
		address = end < space->min ? end : space->min;
		result = sys_munmap(end - whole, address - (end - whole));
	}
	if (result == 0 && goes_across(space, address, end))
		return unmap_fenced(space, address, end);
	for (uintptr_t at = address; result == 0 && at < end;) {
		uintptr_t border = next_border(space, at, end);

		result = unmap_part(space, at, border);
		at = border;
	}
	return result;
}
