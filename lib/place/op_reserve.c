/* SPDX-License-Identifier: MIT */
#include "op_reserve.h"

#include <errno.h>

#include "fence/fence_carve.h"
#include "fence/fence_hold.h"
#include "fence/fence_hole.h"
#include "fence/fence_piece.h"
#include "passthrough.h"
#include "sys/sys.h"
#include "table/claim.h"
#include "table/held.h"
#include "table/lock.h"
#include "table/lookup.h"
#include "table/region.h"
#include "table/update.h"

static const struct detail free_part = { .kind = KIND_RESERVED };
static const struct detail nothing = { .kind = KIND_NONE };

/* Enters the span, which is fence or the reservation's own memory. */
static long enter(struct space *space, struct span span)
{
	long result = 0;

	if (!lock_table_patiently(space))
		return -EAGAIN;
	if (!pool_room(space) || !reserved_set(space, span, true))
		result = -ENOMEM;
	unlock_table(space);
	return result;
}

/* The fence's memory becomes the reservation's. */
static long take_fence(struct space *space, struct span span)
{
	struct claim claim;
	long result;

	if (space->table->fence == FENCE_SEALED)
		return -EPERM;
	if (!claim_vacant(space, &claim, span.start, span.end, &free_part))
		return lookup_free(space, span.start, span.end) ? -EAGAIN : -EEXIST;
	result = carve_open(space, span.start, span.end - span.start);
	if (result == 0)
		result = enter(space, span);
	if (result == 0)
		claim_mapped(space, &claim, &free_part);
	else
		claim_kept(space, &claim);
	return result;
}

static long hold(struct space *space, struct span span)
{
	struct span rest = span;
	long result = 0;

	while (result == 0 && !span_empty(rest)) {
		struct span piece = piece_first(rest);

		result = fence_hold(space, &piece);
		rest.start = piece.start;
	}
	if (result < 0 && rest.start > span.start)
		space_discard(space, span.start, rest.start - span.start);
	return result;
}

/* Where the kernel arbitrates. */
static long take_free(struct space *space, struct span span)
{
	long result = hold(space, span);

	if (result)
		return result;
	result = enter(space, span);
	if (result) {
		space_discard(space, span.start, span.end - span.start);
		return result;
	}
	claim_set(space, span.start, span.end, &free_part);
	return 0;
}

/* The first part of the span that is all reserved, all fence, or all neither. */
static long reserve_first(struct space *space, struct span *span)
{
	span->end = held_border(space, span->start, span->end);
	if (reserved_any(space, span->start, span->end))
		return 0;
	if (held_any(space, span->start, span->end))
		return take_fence(space, *span);
	return take_free(space, *span);
}

/* Gives back what was reserved since `before`. */
static void undo(struct space *space, const struct reserves *before, struct span span)
{
	uint32_t i = 0;

	for (; i < before->count && before->at[i].start < span.end; i++) {
		reserve_end(space, span.start, before->at[i].start);
		if (before->at[i].end > span.start)
			span.start = before->at[i].end;
	}
	reserve_end(space, span.start, span.end);
}

long reserve(struct space *space, uintptr_t start, uintptr_t end)
{
	struct reserves before = space->reserve[space->reserves & 1];
	struct span piece = { start, end };
	long result;

	direct_yield_for(space, start, end - start);
	for (uintptr_t at = start; at < end; at = piece.end) {
		piece = (struct span){ at, end };
		result = reserve_first(space, &piece);
		if (result) {
			undo(space, &before, (struct span){ start, at });
			return result;
		}
	}
	return 0;
}

/* Claimed, and no reservation any more: what is free of it becomes free for all, but
 * fence where one stands. */
static long open_free(struct space *space, struct claim *claim)
{
	bool fence = space_fenced(space) && !space_inside(space, claim->start, claim->end - claim->start);
	struct span gap = claim_gap(space, claim, claim->start);
	long result = 0;

	for (; result == 0 && !span_empty(gap); gap = claim_gap(space, claim, gap.end)) {
		if (!fence)
			result = sys_munmap(gap.start, gap.end - gap.start);
		if (result == 0)
			claim_part(space, claim, gap.start, gap.end, &nothing);
	}
	return result;
}

static bool withdraw(struct space *space, struct span span)
{
	bool done;

	if (!lock_table_patiently(space))
		return false;
	done = reserved_set(space, span, false);
	unlock_table(space);
	return done;
}

/* What stays mapped of it, where the table does not follow the window elsewhere. */
static void note_mapped(struct space *space, struct span span)
{
	struct entry entry;

	if (space->direct && space_inside(space, span.start, span.end - span.start) &&
	    lookup_mapping(space, span.start, span.end, &entry) > 0)
		__atomic_store_n(&space->placed_inside, true, __ATOMIC_RELAXED);
}

static long end_piece(struct space *space, struct span piece)
{
	struct claim claim;
	long result = -ENOMEM;

	if (!claim_take(space, &claim, piece.start, piece.end))
		return -EAGAIN;
	note_mapped(space, piece);
	if (withdraw(space, piece)) {
		result = open_free(space, &claim);
		if (result)
			enter(space, piece);
	}
	claim_kept(space, &claim);
	if (result)
		fence_patch(space, piece.start, piece.end);
	return result;
}

long reserve_end(struct space *space, uintptr_t start, uintptr_t end)
{
	long result = 0;

	while (result == 0 && start < end) {
		struct span piece = reserved_first(space, (struct span){ start, end });

		if (span_empty(piece))
			break;
		/* Fence stays where there is some: not in one with what becomes free. */
		piece.end = held_border(space, piece.start, piece.end);
		result = end_piece(space, piece);
		start = piece.end;
	}
	return result;
}
