/* SPDX-License-Identifier: MIT */
#include "fence_hole.h"

#include <errno.h>

#include "fence_hold.h"
#include "table/held.h"
#include "table/lock.h"
#include "table/lookup.h"
#include "sys/feel.h"
#include "sys/maps.h"
#include "fence_piece.h"
#include "table/sync.h"

/* Holes that the kernel refuses to close are remembered: one span around them all.
 * Without the lock: all that there may be. */
void fence_owe(struct space *space, struct span span)
{
	bool held = lock_table(space);

	if (!held)
		span = (struct span){ space->min, space->top };
	if (space->owes && space->owed.start < span.start)
		span.start = space->owed.start;
	if (space->owes && space->owed.end > span.end)
		span.end = space->owed.end;
	space->owed = span;
	__atomic_store_n(&space->owes, true, __ATOMIC_RELEASE);
	if (held)
		unlock_table(space);
}

void fence_pay_owed(struct space *space)
{
	struct span owed;

	if (!lock_table(space))
		return;
	owed = space->owed;
	space->owes = false;
	unlock_table(space);
	fence_patch(space, owed.start, owed.end);
}

/* Looks for holes of the span by the kernel's list, and gives each to `act`;
 * whether one of them says that it met something. */
struct holes {
	struct space *space;
	struct span span;
	uintptr_t at; /* the end of the line before */
	bool (*act)(struct space *space, struct span hole);
	bool met;
};

static void note_hole(struct holes *holes, uintptr_t end)
{
	struct span hole = span_cut((struct span){ holes->at, end }, holes->span);

	for (struct span piece; !span_empty(hole); hole.start = piece.end) {
		piece = piece_first(hole);
		holes->met |= holes->act(holes->space, piece);
	}
}

static long visit_hole(const struct procmaps_line *line, void *context)
{
	struct holes *holes = context;

	if (line->start > holes->at)
		note_hole(holes, line->start);
	holes->at = line->end;
	return holes->at >= holes->span.end;
}

/* Where the list cannot be read, what is mapped is felt for. */
static void each_hole(struct holes *holes)
{
	const struct vma_bounds bounds = space_bounds(holes->space);
	struct span rest = holes->span;
	struct vma_facts found;
	long result = maps_each(visit_hole, holes);

	if (result < 0)
		while ((result = feel_next(&bounds, &rest, &found)) > 0) {
			note_hole(holes, found.span.start);
			holes->at = found.span.end;
		}
	if (result == 0)
		note_hole(holes, holes->span.end);
}

/* Claimed. Whether something is in the way, which the kernel has placed there, or
 * a call that was not seen. */
static bool fill_hole(struct space *space, struct span hole)
{
	long result = fence_hold(space, &hole);

	if (result < 0 && result != -EEXIST)
		fence_owe(space, hole);
	return result == -EEXIST;
}

static bool fill_piece(struct space *space, struct span piece)
{
	struct holes holes = { .space = space, .span = piece, .act = fill_hole };

	if (!fill_hole(space, piece))
		return false;
	each_hole(&holes);
	return true;
}

static bool fill(struct space *space, struct span span)
{
	bool met = false;

	for (struct span piece; !span_empty(span); span.start = piece.end) {
		piece = held_first(space, span);
		if (span_empty(piece))
			break;
		piece = piece_first(piece);
		met |= fill_piece(space, piece);
	}
	return met;
}

void fence_vacate(struct space *space, struct claim *claim)
{
	bool met = !held_none(space) && fill(space, (struct span){ claim->start, claim->end });

	claim_gone(space, claim);
	if (met)
		sync_learn(space, claim->start, claim->end);
	fence_pay(space);
}

static const struct mapping_info reservation = { .kind = KIND_OWN };

static void close_gap(struct space *space, struct span gap)
{
	struct claim claim;
	bool met;

	if (!claim_vacant(space, &claim, gap.start, gap.end, &reservation))
		return;
	met = fill_hole(space, gap);
	claim_kept(space, &claim);
	if (met)
		sync_learn(space, gap.start, gap.end);
}

/* What a call in flight has claimed, or where the table cannot be had: the kernel
 * arbitrates, since nothing is replaced. A call that was to grow into its hole is
 * refused. Not dressed: the claim's holder may have mapped over it by then. */
static void close_claimed(struct span piece)
{
	if (!span_empty(piece))
		sys_reserve(piece.start, piece.end - piece.start);
}

static bool close_hole(struct space *space, struct span hole)
{
	for (struct span gap = hole; !span_empty(hole); hole.start = gap.end) {
		gap = hole;
		if (lookup_gap(space, &gap) < 0 || span_empty(gap)) {
			close_claimed(hole);
			return false;
		}
		close_claimed((struct span){ hole.start, gap.start });
		close_gap(space, gap);
	}
	return false;
}

void fence_patch(struct space *space, uintptr_t start, uintptr_t end)
{
	for (struct span part; start < end; start = part.end) {
		part = held_first(space, (struct span){ start, end });
		if (span_empty(part))
			break;

		struct holes holes = { .space = space, .span = part, .act = close_hole };

		each_hole(&holes);
	}
}

void fence_fill(struct space *space, struct span span)
{
	struct holes holes = { .space = space, .span = span, .act = fill_hole };

	each_hole(&holes);
}
