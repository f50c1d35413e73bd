/* SPDX-License-Identifier: MIT */
#include "place.h"

#include <errno.h>

#include "core/gap.h"
#include "fence/fence_hole.h"
#include "fence/fence_range.h"
#include "fence/stack_guard.h"
#include "passthrough.h"
#include "scan.h"
#include "search.h"
#include "sys/feel.h"
#include "sys/sys.h"
#include "table/event.h"
#include "table/lock.h"
#include "table/region.h"
#include "table/sync.h"

/* Each retry has learnt a VMA that was in the way. After that many, a mapping is there that
 * the table cannot see, and the kernel finds the place. */
#define RETRIES 1000

enum finding { FOUND, FOUND_NONE, NO_TABLE };

/* Whether the mapping above `end` may grow downwards. Under passthrough any may, since the
 * table does not follow the window. */
static bool may_grow(const struct space *space, uintptr_t end)
{
	const struct tree *tree = &space->table->tree;
	struct window window = space_window(space);
	struct entry above;

	if (space->passthrough || window.lower == window.upper)
		return true;
	/* The part by which a mapping has grown is KIND_FOREIGN, once a placement has met
	 * it. */
	return space->program.guards && tree_entry(tree, tree_seek(tree, end), &above) &&
	       (above.info.kind == KIND_GUARD || above.info.kind == KIND_FOREIGN);
}

/* Finds room and claims it in the table. *below: the room may lie in the guard gap of a
 * mapping that grows downwards. */
static enum finding find_and_claim(struct space *space, struct want *want, struct placed *placed,
				   bool *below)
{
	/* Over held addresses only the table can tell what is free. */
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
	fence_refill(space, &placed->claim);
}

/* Whether the placeholder is still there: the kernel may have unmapped it before the call
 * failed, and another call may have mapped there since. */
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
		fence_uncarve(space, claim->start, claim->end - claim->start);
		fence_refill(space, claim);
		return;
	}
	/* A placeholder that the kernel does not unmap stays in the table, so that searches
	 * avoid it. */
	if (is_held(space, claim->start, claim->end) &&
	    sys_munmap(claim->start, claim->end - claim->start) < 0)
		claim_mapped(space, claim, &left);
	else
		claim_kept(space, claim);
}

/* Maps at the claimed place; held addresses are carved first. *opened: the mapping has
 * failed, and may have left a hole in the fence. */
static long map_claimed(struct space *space, const struct want *want, const struct claim *claim,
			bool *opened)
{
	uintptr_t at = claim->start;
	bool carve = claim->number != 0;
	long result = carve ? fence_carve(space, at, want->length) : 0;

	if (result)
		return result;
	result = want->map(want->what, at, carve);
	if (sys_failed(result) && carve) {
		fence_uncarve(space, at, want->length);
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

/* Outcomes of one attempt. */
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
		/* Unseen mappings may be gone since they were learnt. */
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
		fence_refill(space, &placed->claim);
	else if (sys_failed(*result))
		claim_kept(space, &placed->claim);
	if (*result != -EEXIST)
		return ATTEMPT_DONE;
	space_count(space, COUNT_RETRY);
	/* Another thread may have read the list while this mapping lay elsewhere. */
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
	return scan_place(space, want, placed);
}
