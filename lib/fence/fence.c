/* SPDX-License-Identifier: MIT */
#include "fence.h"

#include <errno.h>
#include <limits.h>

#include "table/claim.h"
#include "table/held.h"
#include "fence_hold.h"
#include "fence_hole.h"
#include "stack_guard.h"
#include "sys/aslimit.h"
#include "table/lock.h"
#include "table/lookup.h"
#include "sys/feel.h"
#include "fence_piece.h"
#include "table/sync.h"
#include "sys/sys.h"

static const struct mapping_info reservation = { .kind = KIND_OWN };

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

		if (lookup_gap(space, &gap) < 0) {
			fence_fill(space, span);
			return 0;
		}
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

/* What of [start, end) is not held is not to stay fenced. False where the kernel
 * does not take it back. */
static bool open_rest(const struct space *space, uintptr_t start, uintptr_t end)
{
	bool open = true;

	for (uintptr_t at = start, border; at < end; at = border) {
		border = held_border(space, at, end);
		if (!held_any(space, at, border) && sys_munmap(at, border - at) < 0)
			open = false;
	}
	return open;
}

long fence_cover(struct space *space, uintptr_t start, uintptr_t end)
{
	long result = fence_put(space, start, end);

	/* What the kernel does not take back belongs to no mapping of the program. */
	if (result == 0 && !open_rest(space, start, end))
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

/* Upwards, one mapping at a time: what the kernel places meanwhile can only lie
 * behind, where there is room again. */
static long remove_pieces(const struct space *space, struct span rest)
{
	struct vma_look look = vma_begin(space_bounds(space), rest.start, rest.end);
	struct vma_facts facts;
	long result = 0;

	look.left = INT_MAX;
	while (vma_next(&look, &facts)) {
		struct span piece = span_cut(facts.span, rest);

		if (result == 0 && vma_reserves(&facts))
			result = sys_munmap(piece.start, piece.end - piece.start);
	}
	return result;
}

long fence_remove(const struct space *space, uintptr_t start, uintptr_t end)
{
	const struct vma_bounds bounds = space_bounds(space);

	if (feel_reserved(&bounds, start, end))
		return sys_munmap(start, end - start);
	return remove_pieces(space, (struct span){ start, end });
}

static long lower_gap(struct space *space, struct span gap)
{
	struct claim claim = claim_none(space, 0, 0);
	long result;

	if (claim_excludes(space, gap.start, gap.end) &&
	    !claim_vacant(space, &claim, gap.start, gap.end, &reservation))
		return 0;
	result = fence_remove(space, gap.start, gap.end);
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
	struct entry entry;
	long found, result = 0;

	while (result == 0 && !span_empty(span)) {
		found = lookup_mapping(space, span.start, span.end, &entry);
		if (found < 0)
			return found;

		struct span piece = { span.start, found ? entry.start : span.end };

		span.start = found ? entry.end : span.end;
		if (span_empty(piece))
			continue;
		if (lookup_vacant(space, piece.start, piece.end))
			result = lower_gap(space, piece); /* in one, and also below a stack */
		else
			result = each_gap(space, piece, lower_gap);
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
	const struct vma_bounds bounds = space_bounds(space);

	return space_fenced(space) && !space_inside(space, address, 1) &&
	       lookup_vacant(space, address, address + 1) &&
	       feel_reserved(&bounds, address, address + space->page);
}

/* Whether between the first and the last that the library has let the program have outside
 * something is missing: the rest there is fence. MS_ASYNC alone looks at VMAs and does
 * nothing else (Linux 2.6.19 and later), in half of the time that the list takes. */
static bool lost_outside(struct space *space)
{
	struct spans outside = space_rest(space);
	const struct tree *tree = &space->table->tree;
	struct entry entry;
	bool lost = false;

	if (!lock_table(space))
		return false;
	for (int i = 0; i < outside.count; i++) {
		uintptr_t first = 0, last = 0, at = outside.at[i].start;

		for (; tree_entry(tree, tree_seek(tree, at), &entry) &&
		       entry.start < outside.at[i].end;
		     at = entry.end) {
			if (entry.info.kind != KIND_GUEST && entry.info.kind != KIND_HOST)
				continue;
			first = first ? first : entry.start;
			last = entry.end;
		}
		lost |= first && SYS(SYS_msync, first, last - first, MS_ASYNC) != 0;
	}
	unlock_table(space);
	return lost;
}

void fence_inherit(struct space *space)
{
	if (!space_fenced(space) && !space->reserves)
		return;
	if (lost_outside(space))
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

size_t fence_share(const struct space *space, struct window window)
{
	struct spans outside = window_outside(&window, space->min, space->top);

	return spans_size(&outside);
}

long fence_raise(struct space *space, bool for_good)
{
	struct spans outside = space_rest(space);
	long result = 0;

	if (!aslimit_raise(fence_share(space, space_window(space))))
		return -EPERM;
	guard_leave_stack(space);
	for (int i = 0; result == 0 && i < outside.count; i++)
		result = fence_extend(space, outside.at[i]);
	if (result == 0)
		result = try_kernel(space);
	for (int i = 0; result == 0 && for_good && i < outside.count; i++)
		result = each_gap(space, outside.at[i], seal);
	if (result < 0) {
		fence_lower(space, (struct span){ space->min, space->top });
		aslimit_change(fence_share(space, space_window(space)), 0);
		return result == -EINVAL ? -ENOSYS : result;
	}
	space->table->fence = for_good ? FENCE_SEALED : FENCE_UP;
	space->table->reach = REACH_PROCESS;
	return 0;
}
