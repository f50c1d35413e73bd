/* SPDX-License-Identifier: MIT */
#include "fence.h"

#include <errno.h>

#include "fence_hold.h"
#include "fence_hole.h"
#include "fence_piece.h"
#include "fence_range.h"
#include "stack_guard.h"
#include "sys/aslimit.h"
#include "sys/feel.h"
#include "sys/sys.h"
#include "table/claim.h"
#include "table/lock.h"
#include "table/lookup.h"
#include "table/sync.h"

static const struct mapping_info reservation = { .kind = KIND_OWN };

/* How often fence_ensure() retries a gap in which it meets a mapping that is gone when the
 * list is read: while the window changes, mappings that the kernel places come and go. */
#define FLEETING 1000

/* Reserves a gap of the table. Outside the present window the gap is claimed first, since
 * only a claim excludes other calls there; elsewhere the kernel arbitrates
 * (MAP_FIXED_NOREPLACE). Shortens *gap to the part that is not reserved yet. */
static long ensure_gap(struct space *space, struct span *gap)
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

long fence_ensure(struct space *space, struct span span)
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
			return -ENOMEM; /* in the way, but not in the kernel's list */
		before = gap;

		long result = ensure_gap(space, &gap);

		span.start = gap.start;
		if (result == -EEXIST)
			sync_admit(space, gap.start, gap.end);
		else if (result < 0)
			return result;
	}
}

static long lower_gap(struct space *space, struct span gap)
{
	struct claim claim = claim_none(space, 0, 0);
	long result;

	if (claim_excludes(space, gap.start, gap.end) &&
	    !claim_vacant(space, &claim, gap.start, gap.end, &reservation))
		return 0;
	result = fence_open(space, gap.start, gap.end);
	claim_kept(space, &claim);
	return result;
}

/* Calls `act` for each gap of the table in the span, until a call fails. 0 or its -errno. */
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
			result = lower_gap(space, piece); /* in one call, also below a stack */
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

bool fence_owns(struct space *space, uintptr_t address)
{
	const struct vma_bounds bounds = space_bounds(space);

	return space_fenced(space) && !space_inside(space, address, 1) &&
	       lookup_vacant(space, address, address + 1) &&
	       feel_reserved(&bounds, address, address + space->page);
}

/* Whether there is a hole between the first and the last mapping that the program has
 * outside: all other addresses there are fence. msync() fails with ENOMEM at a hole; with
 * MS_ASYNC alone it only walks the VMAs (Linux 2.6.19), in half of the time of the list. */
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
	if (space->holes.opened)
		fence_patch(space, space->min, space->top);
	space->holes.opened = false;
	fence_retry(space);
}

/* Whether the kernel places a page inside the window, asked as malloc() asks: 0 or -ENOSPC. */
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
		result = fence_ensure(space, outside.at[i]);
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
