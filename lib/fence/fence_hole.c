/* SPDX-License-Identifier: MIT */
#include "fence_hole.h"

#include <errno.h>

#include "fence_hold.h"
#include "fence_piece.h"
#include "sys/feel.h"
#include "sys/maps.h"
#include "table/held.h"
#include "table/lock.h"
#include "table/lookup.h"
#include "table/sync.h"

/* Remembers a hole that the kernel refuses to fill. One span covers all such holes; without
 * the lock it becomes all of user space. */
static void remember_hole(struct space *space, struct span span)
{
	bool held = lock_table(space);

	if (!held)
		span = (struct span){ space->min, space->top };
	if (space->holes.unfilled && space->holes.around.start < span.start)
		span.start = space->holes.around.start;
	if (space->holes.unfilled && space->holes.around.end > span.end)
		span.end = space->holes.around.end;
	space->holes.around = span;
	__atomic_store_n(&space->holes.unfilled, true, __ATOMIC_RELAXED);
	if (held)
		unlock_table(space);
}

void fence_retry_holes(struct space *space)
{
	struct span holes;

	if (!lock_table(space))
		return;
	holes = space->holes.around;
	__atomic_store_n(&space->holes.unfilled, false, __ATOMIC_RELAXED);
	unlock_table(space);
	fence_patch(space, holes.start, holes.end);
}

/* A search for the holes of a span in the kernel's list. `act` is called for each hole and
 * returns whether it has met a mapping there. */
struct hole_search {
	struct space *space;
	struct span span;
	uintptr_t at; /* end of the previous line */
	bool (*act)(struct space *space, struct span hole);
	bool met;     /* an `act` has met a mapping */
};

static void note_hole(struct hole_search *holes, uintptr_t end)
{
	struct span hole = span_cut((struct span){ holes->at, end }, holes->span);

	for (struct span piece; !span_empty(hole); hole.start = piece.end) {
		piece = piece_first(hole);
		holes->met |= holes->act(holes->space, piece);
	}
}

static long visit_hole(const struct procmaps_line *line, void *context)
{
	struct hole_search *holes = context;

	if (line->start > holes->at)
		note_hole(holes, line->start);
	holes->at = line->end;
	return holes->at >= holes->span.end;
}

/* Reads the kernel's list; where that fails, finds mappings with mincore() (sys/feel.h). */
static void each_hole(struct hole_search *holes)
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

/* Fills a claimed hole. True where a mapping is in the way, which the kernel or an unseen
 * call has placed there. */
static bool fill_hole(struct space *space, struct span hole)
{
	long result = fence_hold(space, &hole);

	if (result < 0 && result != -EEXIST)
		remember_hole(space, hole);
	return result == -EEXIST;
}

static bool fill_piece(struct space *space, struct span piece)
{
	struct hole_search holes = { .space = space, .span = piece, .act = fill_hole };

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

void fence_refill(struct space *space, struct claim *claim)
{
	bool met = !held_none(space) && fill(space, (struct span){ claim->start, claim->end });

	claim_gone(space, claim);
	if (met)
		sync_learn(space, claim->start, claim->end);
	fence_retry(space);
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

/* Fills a hole that a call in flight has claimed, or for which the lock cannot be had.
 * MAP_FIXED_NOREPLACE replaces nothing, so the kernel arbitrates; a claim's holder whose
 * mapping was to grow into the hole fails. The memory is not unlocked or named: by then the
 * holder may have mapped over it. */
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

		struct hole_search holes = { .space = space, .span = part, .act = close_hole };

		each_hole(&holes);
	}
}

void fence_fill(struct space *space, struct span span)
{
	struct hole_search holes = { .space = space, .span = span, .act = fill_hole };

	each_hole(&holes);
}
