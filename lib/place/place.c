/* SPDX-License-Identifier: MIT */
#include "place.h"

#include <errno.h>

#include "core/rare.h"
#include "fence/fence_carve.h"
#include "core/gap.h"
#include "passthrough.h"
#include "table/event.h"
#include "fence/fence_hole.h"
#include "fence/stack_guard.h"
#include "table/lock.h"
#include "sys/feel.h"
#include "table/region.h"
#include "scan.h"
#include "search.h"
#include "table/sync.h"
#include "sys/sys.h"

/* Every retry has learnt an obstacle. Where that many did not help, something
 * is there that the table cannot see: then the kernel shall find a place. */
#define RETRIES 1000

/* Of the fence, at most, that the kernel meets one after the other. */
#define HOLES 64

long place_holder(const void *what, uintptr_t at, bool over)
{
	const size_t *length = what;

	return over ? (long)at : sys_reserve(at, *length);
}

enum finding { FOUND, FOUND_NONE, NO_TABLE };

/* Whether the kernel aligns shared memory, by what it does with a length that it aligns
 * for no other reason. Twice: once may be chance. */
static bool aligns_shared(struct space *space, size_t huge)
{
	bool aligns = true;

	for (size_t length = huge + space->page; aligns && length <= huge + 2 * space->page;
	     length += space->page) {
		long at = sys_mmap(0, length, PROT_READ, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE,
				   -1, 0);

		if (sys_failed(at))
			return false;
		space_discard(space, (uintptr_t)at, length);
		fence_patch(space, (uintptr_t)at, (uintptr_t)at + length);
		aligns = ((uintptr_t)at & (huge - 1)) == 0;
	}
	space->shared_huge = aligns;
	space->shared_known = true;
	return aligns;
}

RARE size_t place_shared(struct space *space, size_t length)
{
	size_t huge = place_huge(space, 0);

	if (length < huge || (space->shared_known && !space->shared_huge))
		return 0;
	return space->shared_known || aligns_shared(space, huge) ? huge : 0;
}

/* Whether the mapping above `end` may grow downwards. Where the table does not follow
 * what is in the window, any may. */
static bool may_grow(const struct space *space, uintptr_t end)
{
	const struct tree *tree = &space->table->tree;
	struct window window = space_window(space);
	struct entry above;

	if (space->passthrough || window.lower == window.upper)
		return true;
	/* What it has grown by is foreign, where another mapping has met it. */
	return space->guards && tree_entry(tree, tree_seek(tree, end), &above) &&
	       (above.info.kind == KIND_GUARD || above.info.kind == KIND_FOREIGN);
}

/* Finds room and claims it in the table; *below: perhaps in the guard gap of a mapping
 * that grows downwards. */
static enum finding find_and_claim(struct space *space, struct want *want, struct placed *placed,
				   bool *below)
{
	/* Over what is held only the table can tell. */
	bool needed = (want->area.kind != AREA_WINDOW && space_fenced(space)) ||
		      (want->area.kind == AREA_RANGE && space->reserves);

	if (!(needed ? lock_table_patiently(space) : lock_table(space)))
		return NO_TABLE;

	bool blocks = tree_room(&space->table->tree) || pool_room(space);
	uintptr_t at = blocks ? search_find(space, want) : 0;

	if (at) {
		uintptr_t end = at + want->length;

		placed->start = at;
		blocks = claim_place(space, &placed->claim, at, end, &want->info);
		*below = !placed->claim.number && may_grow(space, end);
	}
	unlock_table(space);
	if (!blocks)
		return NO_TABLE;
	return at ? FOUND : FOUND_NONE;
}

void place_vacate(struct space *space, struct placed *placed)
{
	fence_vacate(space, &placed->claim);
}

/* Whether the placeholder is there. The kernel may have unmapped it before it
 * failed, and the place be another's by now. */
static bool is_held(const struct space *space, uintptr_t start, uintptr_t end)
{
	const struct vma_bounds bounds = space_bounds(space);
	long result = sys_reserve(start, end - start);

	return !sys_failed(result) || feel_reserved(&bounds, start, end);
}

void place_fail(struct space *space, struct placed *placed)
{
	static const struct mapping_info left = { .kind = KIND_FOREIGN };
	struct claim *claim = &placed->claim;

	if (claim_excludes(space, claim->start, claim->end)) {
		carve_shut(space, claim->start, claim->end - claim->start);
		fence_vacate(space, claim);
		return;
	}
	/* One that the kernel does not take back is in the way of others from now on. */
	if (is_held(space, claim->start, claim->end) &&
	    sys_munmap(claim->start, claim->end - claim->start) < 0)
		claim_mapped(space, claim, &left);
	else
		claim_kept(space, claim);
}

/* In the window, by the kernel, which a fence steers. Readable: where it has met a hole
 * of the fence it shall not look like fence, for others to map over it. The hole is
 * closed; it may be a call's that has met this, and given it up. */
static long hold_by_kernel(struct space *space, size_t length)
{
	for (int i = 0; i < HOLES; i++) {
		long at = sys_mmap(0, length, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
				   -1, 0);

		if (sys_failed(at) || space_inside(space, (uintptr_t)at, length))
			return at;
		space_discard(space, (uintptr_t)at, length);
		fence_patch(space, (uintptr_t)at, (uintptr_t)at + length);
	}
	return -ENOMEM;
}

/* Without the table, and a fence: the kernel's list shows what is free. */
static long hold_by_list(struct space *space, const struct area *area, size_t length)
{
	struct spans spans = area_spans(space, area);
	long at = -ENOMEM;

	for (int i = 0; at == -ENOMEM && i < spans.count; i++)
		at = scan_map(space, spans.at[i], length, space->page, place_holder, &length);
	return at;
}

/* Without the table. Over the fence only that could tell. */
static long hold_untabled(struct space *space, const struct area *area, size_t length)
{
	if (area->kind == AREA_OUTSIDE && space->table->fence == FENCE_UP)
		return -ENOMEM;
	if (area->kind == AREA_WINDOW && space_fenced(space))
		return hold_by_kernel(space, length);
	return hold_by_list(space, area, length);
}

/* Takes back what hold_untabled() has given. */
static void release_untabled(struct space *space, uintptr_t start, uintptr_t end)
{
	if (start < end)
		space_discard(space, start, end - start);
}

static long place_untabled(struct space *space, const struct want *want, struct placed *placed)
{
	size_t slack = want->align > space->page ? want->align : 0;
	size_t held = want->length + slack;
	long at = hold_untabled(space, &want->area, held);

	if (sys_failed(at))
		return at;

	uintptr_t first = (uintptr_t)at, last = first + held;
	uintptr_t mask = slack ? slack - 1 : 0;
	uintptr_t start = (first + mask) & ~mask;
	long result = want->map(want->what, start, true);

	if (sys_failed(result)) {
		release_untabled(space, first, last);
		return result;
	}
	release_untabled(space, first, start);
	release_untabled(space, start + want->length, last);
	*placed = (struct placed){ start, claim_none(space, start, start + want->length) };
	return result;
}

/* What is held is claimed exclusively. *opened: it has failed, and may have left a hole. */
static long map_claimed(struct space *space, const struct want *want, const struct claim *claim,
			bool *opened)
{
	uintptr_t at = claim->start;
	bool carve = claim->number != 0;
	long result = carve ? carve_open(space, at, want->length) : 0;

	if (result)
		return result;
	result = want->map(want->what, at, carve);
	if (sys_failed(result) && carve) {
		carve_shut(space, at, want->length);
		*opened = true;
	}
	return result;
}

static size_t largest_gap(struct space *space, const struct area *area)
{
	struct spans spans = area_spans(space, area);
	size_t largest = 0;

	if (!lock_table(space))
		return 0;
	for (int i = 0; i < spans.count; i++) {
		size_t gap = gap_largest(&space->table->tree, spans.at[i]);

		largest = gap > largest ? gap : largest;
	}
	unlock_table(space);
	return largest;
}

/* What one attempt came to. */
enum attempt { ATTEMPT_DONE, ATTEMPT_AGAIN, ATTEMPT_UNTABLED };

static enum attempt attempt(struct space *space, struct want *want, struct placed *placed,
			    bool *rescanned, long *result)
{
	bool opened = false, below = false;
	uintptr_t stack;

	switch (find_and_claim(space, want, placed, &below)) {
	case NO_TABLE:
		return ATTEMPT_UNTABLED;
	case FOUND_NONE:
		*result = -ENOMEM;
		if (*rescanned) {
			event_full(space, want->length, largest_gap(space, &want->area));
			return ATTEMPT_DONE;
		}
		/* Unseen mappings may have gone since they were learnt. */
		*rescanned = true;
		sync_refresh(space);
		return ATTEMPT_AGAIN;
	case FOUND:
		break;
	}
	if (below && guard_near(space, placed->start + want->length, &stack)) {
		claim_kept(space, &placed->claim);
		guard_below(space, stack);
		return ATTEMPT_AGAIN;
	}
	*result = map_claimed(space, want, &placed->claim, &opened);
	if (opened)
		fence_vacate(space, &placed->claim);
	else if (sys_failed(*result))
		claim_kept(space, &placed->claim);
	if (*result != -EEXIST)
		return ATTEMPT_DONE;
	space_count(space, COUNT_RETRY);
	/* There another thread may have met it, in the kernel's list. */
	if (want->strays)
		space_missed(space);
	sync_learn(space, placed->start, placed->start + want->length);
	return ATTEMPT_AGAIN;
}

long place(struct space *space, struct want *want, struct placed *placed)
{
	bool rescanned = false;
	long result;

	if (want->area.kind != AREA_OUTSIDE)
		passthrough_yield(space);
	for (int i = 0; i < RETRIES; i++) {
		switch (attempt(space, want, placed, &rescanned, &result)) {
		case ATTEMPT_DONE:
			return result;
		case ATTEMPT_AGAIN:
			continue;
		case ATTEMPT_UNTABLED:
			break;
		}
		break;
	}
	return place_untabled(space, want, placed);
}
