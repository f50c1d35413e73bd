/* SPDX-License-Identifier: MIT */
#include "fence.h"

#include <errno.h>

#include "table/claim.h"
#include "fence_hold.h"
#include "fence_hole.h"
#include "stack_guard.h"
#include "sys/sysinfo.h"
#include "table/lock.h"
#include "table/lookup.h"
#include "sys/vma.h"
#include "fence_piece.h"
#include "table/sync.h"
#include "sys/sys.h"

static const struct detail reservation = { .kind = KIND_OWN };

/* How often something may be in the way that is gone when it is looked for: what
 * the kernel places comes and goes while limits change. */
#define FLEETING 1000

/* Reserves what the table has free of the span; beside calls in flight only if the
 * span is outside the window already. */
static long extend(struct space *space, struct span *gap)
{
	struct claim claim = claim_none(space, 0, 0);
	long result;

	if (claim_excludes(space, gap->start, gap->end) &&
	    !claim_vacant(space, &claim, gap->start, gap->end, &reservation))
		return -EEXIST;
	result = fence_hold(space, gap);
	claim_kept(space, &claim);
	return result;
}

long fence_extend(struct space *space, struct span span)
{
	struct span before = { 0, 0 };
	int met = 0;

	for (;;) {
		struct span gap = span;

		if (lookup_gap(space, &gap) < 0)
			return fence_fill(space, span);
		gap = piece_first(gap);
		if (span_empty(gap))
			return 0;
		if (gap.start == before.start && gap.end == before.end && ++met == FLEETING)
			return -ENOMEM; /* in the way, and not to be seen */
		before = gap;

		long result = extend(space, &gap);

		span.start = gap.start;
		if (result == -EEXIST)
			sync_admit(space, gap.start, gap.end);
		else if (result < 0)
			return result;
	}
}

long fence_keep(struct space *space, uintptr_t start, uintptr_t end)
{
	struct span piece = { start, end };
	long result = sys_reserve(start, end - start);

	if (sys_failed(result))
		return result;
	fence_dress(space, piece);
	return 0;
}

static long fence_put(struct space *space, uintptr_t start, uintptr_t end)
{
	long result = 0;

	for (struct span piece; result == 0 && start < end; start = piece.end) {
		piece = piece_first((struct span){ start, end });
		result = fence_hold_over(space, piece);
	}
	return result;
}

/* What the window has of [start, end) is not to stay fenced. False where the kernel
 * does not take it back. */
static bool open_inside(const struct space *space, uintptr_t start, uintptr_t end)
{
	struct spans inside = space_spans(space);
	bool open = true;

	for (int i = 0; i < inside.count; i++) {
		struct span piece = span_cut((struct span){ start, end }, inside.at[i]);

		if (!span_empty(piece) && sys_munmap(piece.start, piece.end - piece.start) < 0)
			open = false;
	}
	return open;
}

long fence_cover(struct space *space, uintptr_t start, uintptr_t end)
{
	long result = fence_put(space, start, end);

	/* What the kernel does not take back belongs to no mapping of the program. */
	if (result == 0 && !open_inside(space, start, end))
		space_missed(space);
	return result;
}

long fence_close(struct space *space, uintptr_t start, uintptr_t end)
{
	struct claim claim;
	long result;

	/* Where it cannot be claimed, the range is the caller's own, who named it. */
	claim_take(space, &claim, start, end);
	result = fence_cover(space, start, end);
	if (result < 0)
		claim_kept(space, &claim);
	else
		claim_gone(space, &claim);
	fence_pay(space);
	/* To the caller it is a munmap, which has these two answers. */
	if (result < 0 && result != -EPERM)
		return -ENOMEM;
	return result;
}

long fence_remove(uintptr_t start, uintptr_t end)
{
	struct span rest = { start, end };
	struct obstacle_facts facts;
	long found, result = 0;

	/* Upwards, one mapping at a time: what the kernel places meanwhile can only
	 * lie behind, where there is room again. */
	while (result == 0 && !span_empty(rest)) {
		found = obstacle_look(rest.start, &facts);
		if (found <= 0 || facts.span.start >= rest.end)
			return found < 0 ? found : 0;

		struct span piece = span_cut(facts.span, rest);

		if (obstacle_reserves(&facts))
			result = sys_munmap(piece.start, piece.end - piece.start);
		rest.start = facts.span.end;
	}
	return result;
}

static long lower_gap(struct space *space, struct span gap)
{
	struct claim claim = claim_none(space, 0, 0);
	long result;

	if (claim_excludes(space, gap.start, gap.end) &&
	    !claim_vacant(space, &claim, gap.start, gap.end, &reservation))
		return 0;
	result = fence_remove(gap.start, gap.end);
	claim_kept(space, &claim);
	return result;
}

/* The pieces of the span that are free by the table, until one fails. */
static long each_gap(struct space *space, struct span span,
		     long (*act)(struct space *space, struct span gap))
{
	long result = 0;

	while (result == 0) {
		struct span gap = span;

		result = lookup_gap(space, &gap);
		if (result < 0 || span_empty(gap))
			break;
		result = act(space, gap);
		span.start = gap.end;
	}
	return result;
}

long fence_lower(struct space *space, struct span span)
{
	struct obstacle_facts facts;
	long found, result = 0;

	while (result == 0 && !span_empty(span)) {
		found = obstacle_look(span.start, &facts);
		if (found <= 0 || facts.span.start >= span.end)
			return found < 0 ? found : 0;

		struct span piece = span_cut(facts.span, span);

		if (!obstacle_reserves(&facts))
			result = 0;
		else if (lookup_vacant(space, piece.start, piece.end))
			result = lower_gap(space, piece); /* in one, and also below a stack */
		else
			result = each_gap(space, piece, lower_gap);
		span.start = facts.span.end;
	}
	return result;
}

static long seal(struct space *space, struct span gap)
{
	(void)space;
	return sys_mseal(gap.start, gap.end - gap.start);
}

bool fence_holds(struct space *space, uintptr_t address)
{
	struct obstacle_facts facts;

	return space_fenced(space) && !space_inside(space, address, 1) &&
	       lookup_vacant(space, address, address + 1) && obstacle_at(address, &facts) &&
	       facts.span.start <= address && space_is_fence(space, &facts);
}

/* Whether the library has let the program have anything outside. */
static bool anything_outside(struct space *space)
{
	struct spans outside = space_rest(space);
	const struct tree *tree = &space->table->tree;
	struct entry entry;
	bool found = false;

	if (!lock_table(space))
		return false;
	for (int i = 0; i < outside.count; i++)
		for (uintptr_t at = outside.at[i].start;
		     !found && tree_entry(tree, tree_seek(tree, at), &entry) &&
		     entry.start < outside.at[i].end;
		     at = entry.end)
			found = entry.detail.kind == KIND_GUEST || entry.detail.kind == KIND_HOST;
	unlock_table(space);
	return found;
}

void fence_inherit(struct space *space)
{
	if (!space_fenced(space))
		return;
	if (anything_outside(space))
		sync_refresh(space);
	if (space->opened)
		fence_patch(space, space->min, space->top);
	space->opened = false;
	fence_pay(space);
}

/* Asks the kernel for a page, as malloc would, and looks where it is. */
static long try_kernel(struct space *space)
{
	long at = sys_mmap(0, space->page, PROT_NONE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	bool inside = !sys_failed(at) && space_inside(space, (uintptr_t)at, space->page);

	if (!sys_failed(at))
		space_discard(space, (uintptr_t)at, space->page);
	return inside ? 0 : -ENOSPC;
}

long fence_raise(struct space *space, bool for_good)
{
	struct spans outside = space_rest(space);
	long result = 0;

	guard_leave_stack(space);
	for (int i = 0; result == 0 && i < outside.count; i++)
		result = fence_extend(space, outside.at[i]);
	if (result == 0)
		result = try_kernel(space);
	for (int i = 0; result == 0 && for_good && i < outside.count; i++)
		result = each_gap(space, outside.at[i], seal);
	if (result < 0) {
		fence_lower(space, (struct span){ space->min, space->top });
		if (limits_space())
			return -EPERM;
		return result == -EINVAL ? -ENOSYS : result;
	}
	space->table->fence = for_good ? FENCE_SEALED : FENCE_UP;
	space->table->reach = REACH_PROCESS;
	return 0;
}
