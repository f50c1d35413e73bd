/* SPDX-License-Identifier: MIT */
#include "unmap.h"

#include <errno.h>

#include "direct.h"
#include "fence.h"
#include "record.h"
#include "sys.h"

/* One part of a range, all of one sort. */
enum sort { SORT_PLAIN, SORT_FENCED, SORT_OWN };

static long unmap_plain(struct space *space, uintptr_t start, uintptr_t end)
{
	struct ticket ticket = record_begin(space);
	long result = sys_munmap(start, end - start);

	record_gone(space, ticket, start, result == 0 ? end : start);
	return result;
}

/* The nearest above `at` of the window's borders, if a fence gives them a
 * meaning, and of the library's own memory; at most `end`. */
static uintptr_t next_border(const struct space *space, uintptr_t at, uintptr_t end)
{
	uintptr_t own = (uintptr_t)space->table;
	uintptr_t own_end = own + space->table->region_size;

	if (own > at && own < end)
		end = own;
	if (own_end > at && own_end < end)
		end = own_end;
	return space_fenced(space) ? space_border(space, at, end) : end;
}

static enum sort sort_of(const struct space *space, uintptr_t start, uintptr_t end)
{
	if (space_own(space, start, end - start))
		return SORT_OWN;
	if (space_fenced(space) && !space_inside(space, start, end - start))
		return SORT_FENCED;
	return SORT_PLAIN;
}

/* What the kernel says itself, where fence in place of a part of a huge page or
 * of a perf event is ENOMEM to it, and no mapping there EINVAL. */
static long unmap_refused(struct space *space, uintptr_t start, uintptr_t end)
{
	long result = unmap_plain(space, start, end);

	if (result == 0)
		fence_patch(space, start, end);
	return result;
}

/* Fence in its place, in one step. */
static long unmap_fenced(struct space *space, uintptr_t start, uintptr_t end)
{
	long result;

	/* A sealed fence is nobody's to replace, not even by itself. */
	if (space->table->fence == FENCE_SEALED && record_free(space, start, end))
		return 0;
	result = fence_close(space, start, end);
	return result == -ENOMEM ? unmap_refused(space, start, end) : result;
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

/* One step for parts of both sorts, so that either all goes or nothing: all is
 * fenced, and what lies in the window then given back. */
static long unmap_across(struct space *space, uintptr_t start, uintptr_t end)
{
	struct spans spans = space_spans(space);
	long result = fence_close(space, start, end);

	if (result == -ENOMEM)
		return unmap_refused(space, start, end);
	for (int i = 0; result == 0 && i < spans.count; i++) {
		struct span piece = span_cut((struct span){ start, end }, spans.at[i]);

		/* What stays is nobody's, and found there. */
		if (!span_empty(piece) && sys_munmap(piece.start, piece.end - piece.start) < 0)
			space_missed(space);
	}
	return result;
}

static bool goes_across(const struct space *space, uintptr_t start, uintptr_t end)
{
	return space->table->fence == FENCE_UP && !space_own(space, start, end - start) &&
	       space_border(space, start, end) != end;
}

long unmap(struct space *space, uintptr_t address, size_t length)
{
	size_t whole = space_pages(space, length);
	uintptr_t end = address + whole;
	long result = 0;

	if (!space_aligned(space, address) || whole == 0 || address > space->top ||
	    whole > space->top - address)
		return sys_munmap(address, length);
	direct_yield_for(space, address, whole);
	if (direct_holds(space, address, whole))
		return sys_munmap(address, length);
	/* No fence stands below what anybody may map, nor could it. */
	if (address < space->min) {
		address = end < space->min ? end : space->min;
		result = unmap_plain(space, end - whole, address);
	}
	if (result == 0 && goes_across(space, address, end))
		return unmap_across(space, address, end);
	for (uintptr_t at = address; result == 0 && at < end;) {
		uintptr_t border = next_border(space, at, end);

		result = unmap_part(space, at, border);
		at = border;
	}
	return result;
}
