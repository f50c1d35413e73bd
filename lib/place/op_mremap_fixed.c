/* SPDX-License-Identifier: MIT */
#include "op_mremap_fixed.h"

#include <errno.h>
#include <limits.h>

#include "fence/fence_hole.h"
#include "fence/fence_range.h"
#include "fixed.h"
#include "passthrough.h"
#include "replace.h"
#include "sys/vma.h"
#include "table/held.h"
#include "table/lookup.h"
#include "table/sync.h"

/* Unmaps the fence and free reservations between mappings that move together, since the
 * kernel would move them too. */
static void open_between(struct space *space, const struct claim *source)
{
	struct span gap = claim_gap(space, source, source->start);

	for (; !span_empty(gap); gap = claim_gap(space, source, gap.end))
		for (struct span rest = gap, piece; !span_empty(rest); rest.start = piece.end) {
			piece = held_first(space, rest);
			if (span_empty(piece))
				break;
			fence_open(space, piece.start, piece.end);
		}
}

/* Whether the mapping at `address`, one of several, has moved before another one failed. */
static bool has_moved(const struct space *space, uintptr_t address)
{
	const struct vma_bounds bounds = space_bounds(space);

	return !vma_fills(&bounds, address, address + space->page, 1);
}

/* Updates the table after several mappings have moved: all of them, or only some. */
static void settle_several(struct space *space, const struct move *move, struct claim *source,
			   struct claim *target, bool all)
{
	uintptr_t old = move->remap->old, end = old + move->old_length;
	uintptr_t shift = move->remap->new - old;
	struct entry entry;

	for (; lookup_mapping(space, old, end, &entry) > 0; old = entry.end) {
		struct span piece = span_cut((struct span){ entry.start, entry.end },
					     (struct span){ old, end });
		/* Mappings beyond the new size were unmapped. */
		struct span to = span_cut((struct span){ piece.start + shift, piece.end + shift },
					  (struct span){ target->start, target->end });
		struct mapping_info info = lookup_info(space, piece.start);

		if (!all && !has_moved(space, piece.start))
			continue;
		if (!span_empty(to) && !passthrough_holds(space, to.start, to.end - to.start))
			claim_part(space, target, to.start, to.end, &info);
		if (moving_takes_away(move))
			claim_part(space, source, piece.start, piece.end,
				   &(struct mapping_info){ .kind = KIND_NONE });
	}
}

static void moved_several(struct space *space, const struct move *move, struct claim *source,
			  struct claim *target, bool all)
{
	uintptr_t old = move->remap->old, new = move->remap->new;

	/* Without the table only the kernel's list tells which mappings have moved. */
	if (all || source->number)
		settle_several(space, move, source, target, all);
	claim_kept(space, source);
	claim_kept(space, target);
	if (!sync_refresh(space))
		space_missed(space);
	fence_patch(space, old, old + move->old_length);
	fence_patch(space, new, new + move->new_length);
}

long move_fixed(struct space *space, const struct move *move)
{
	const struct remap *remap = move->remap;
	uintptr_t old = remap->old, old_end = old + move->old_length;
	uintptr_t new = remap->new, new_end = new + move->new_length;
	const struct vma_bounds bounds = space_bounds(space);
	struct claim source, target;
	bool whole;
	long result;

	result = fixed_allowed(space, new, move->new_length, true, (enum kind)move->info.kind,
			       remap->caller);
	if (result)
		return result;
	passthrough_yield_for(space, new, move->new_length);
	if (passthrough_holds(space, old, move->old_length) &&
	    passthrough_holds(space, new, move->new_length))
		return replace_move(space, remap);

	/* Under passthrough the table does not list all mappings in the window: ask the
	 * kernel. */
	whole = lookup_covered(space, old, move->old_length) != 0 ||
		(space_inside(space, old, move->old_length) && !reserved_any(space, old, old_end) &&
		 vma_fills(&bounds, old, old_end, INT_MAX));
	if (!claim_take(space, &target, new, new_end))
		return -ENOMEM;
	if (whole) {
		source = moving_claim(space, move);
	} else {
		claim_take(space, &source, old, old_end);
		open_between(space, &source);
	}
	result = replace_move(space, remap);
	if (!whole || sys_failed(result)) {
		moved_several(space, move, &source, &target, !sys_failed(result));
		return result;
	}
	moving_release(space, move, &source, result);
	if (sys_failed(result) || passthrough_holds(space, new, move->new_length))
		claim_kept(space, &target);
	else
		claim_mapped(space, &target, &move->info);
	return result;
}
