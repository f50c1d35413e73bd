/* SPDX-License-Identifier: MIT */
#include "op_reserve.h"

#include <errno.h>

#include "fence/fence_hold.h"
#include "fence/fence_hole.h"
#include "fence/fence_piece.h"
#include "fence/fence_range.h"
#include "passthrough.h"
#include "sys/sys.h"
#include "table/claim.h"
#include "table/held.h"
#include "table/lock.h"
#include "table/lookup.h"
#include "table/mark.h"
#include "table/region.h"

static const struct mapping_info free_part = { .kind = KIND_RESERVED };

/* Pieces of the fence that one reservation may take. */
#define PIECES 8

struct taken {
	struct claim claim[PIECES];
	int count;
};

/* The first part of the span that is all reserved, all fence, or neither. */
static struct span first_part(const struct space *space, struct span span)
{
	span.end = held_border(space, span.start, span.end);
	return span;
}

static bool is_part_free(const struct space *space, struct span part)
{
	return !held_any(space, part.start, part.end);
}

static bool is_fence(const struct space *space, struct span part)
{
	return !is_part_free(space, part) && !reserved_any(space, part.start, part.end);
}

/* Reserves a part that is not held, where the kernel arbitrates (MAP_FIXED_NOREPLACE). */
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
	return result == 0 || result == -EEXIST ? result : -ENOMEM;
}

/* Claims a part of the fence, whose memory becomes the reservation's. */
static long take_fence(struct space *space, struct span part, struct taken *taken)
{
	struct claim *claim = &taken->claim[taken->count];
	long result;

	if (space->table->fence == FENCE_SEALED)
		return -EPERM;
	if (taken->count == PIECES)
		return -ENOMEM;
	if (!claim_vacant(space, claim, part.start, part.end, &free_part))
		return lookup_free(space, part.start, part.end) ? -EAGAIN : -EEXIST;
	taken->count++;
	result = fence_carve(space, part.start, part.end - part.start);
	return result == 0 || result == -EEXIST ? result : -ENOMEM;
}

/* Makes every step that the kernel can refuse, before the table changes. *end: the end of
 * the part that was taken. */
static long take(struct space *space, struct span span, struct taken *taken, uintptr_t *end)
{
	long result = 0;

	for (struct span part; result == 0 && !span_empty(span); span.start = *end = part.end) {
		part = first_part(space, span);
		if (is_part_free(space, part))
			result = hold(space, part);
		else if (is_fence(space, part))
			result = take_fence(space, part, taken);
		if (result)
			break;
	}
	return result;
}

static void give_back(struct space *space, struct span span, struct taken *taken)
{
	for (struct span part; !span_empty(span); span.start = part.end) {
		part = first_part(space, span);
		if (is_part_free(space, part))
			space_discard(space, part.start, part.end - part.start);
	}
	while (taken->count > 0)
		claim_kept(space, &taken->claim[--taken->count]);
}

static long set_reserved(struct space *space, struct span span)
{
	long result;

	if (!lock_table_patiently(space))
		return -EAGAIN;
	result = pool_room(space) && reserved_set(space, span, true) ? 0 : -ENOMEM;
	unlock_table(space);
	return result;
}

/* Enters the parts that were free before, and ends the claims on the fence's parts. */
static void enter(struct space *space, const struct span *part, int count, struct taken *taken)
{
	for (int i = 0; i < count; i++)
		claim_set(space, part[i].start, part[i].end, &free_part);
	for (int i = 0; i < taken->count; i++)
		claim_mapped(space, &taken->claim[i], &free_part);
}

long reserve(struct space *space, uintptr_t start, uintptr_t end)
{
	struct span span = { start, end }, rest = span, free[RESERVES_MAX + 4];
	struct taken taken = { .count = 0 };
	uintptr_t come_to = start;
	int count = 0;
	long result;

	passthrough_yield_for(space, start, end - start);
	result = take(space, span, &taken, &come_to);
	for (struct span part; result == 0 && !span_empty(rest); rest.start = part.end) {
		part = first_part(space, rest);
		if (is_part_free(space, part))
			free[count++] = part;
	}
	if (result == 0)
		result = set_reserved(space, span);
	if (result)
		give_back(space, (struct span){ start, come_to }, &taken);
	else
		enter(space, free, count, &taken);
	return result;
}

/* Finds the first free part at or above `at` of a claimed reservation; empty where there is
 * none. 0, or -EAGAIN where the table cannot be had. */
static long next_free(struct space *space, const struct claim *claim, uintptr_t at,
		      struct span *found)
{
	struct entry entry;

	*found = (struct span){ 0, 0 };
	if (!lock_table_patiently(space))
		return -EAGAIN;
	for (; span_empty(*found) && mark_next(&space->table->tree, at, claim->end, &entry);
	     at = entry.end)
		if (entry.info.kind == KIND_RESERVED && entry.info.owner == claim->number)
			*found = (struct span){ entry.start, entry.end };
	unlock_table(space);
	return 0;
}

/* Unmaps the free parts of a claimed reservation, unless they become fence. */
static long open_free(struct space *space, const struct claim *claim)
{
	struct span gap = { 0, claim->start };
	long result;

	if (space_fenced(space) && !space_inside(space, claim->start, claim->end - claim->start))
		return 0;
	for (;;) {
		result = next_free(space, claim, gap.end, &gap);
		if (result || span_empty(gap))
			return result;
		if (sys_munmap(gap.start, gap.end - gap.start) < 0)
			return -ENOMEM;
	}
}

/* Reserves again what open_free() has unmapped; a mapping that was placed there meanwhile
 * stays. */
static void close_free(struct space *space, const struct claim *claim)
{
	struct span gap = { 0, claim->start };

	while (next_free(space, claim, gap.end, &gap) == 0 && !span_empty(gap)) {
		struct span rest = gap;

		fence_hold(space, &rest);
	}
}

/* Ends a claimed reservation in the table: its free parts become free with the claim's end. */
static long withdraw(struct space *space, const struct claim *claim)
{
	struct tree *tree = &space->table->tree;
	struct entry entry;
	long result = 0;

	if (!lock_table_patiently(space))
		return -EAGAIN;
	if (!reserved_set(space, (struct span){ claim->start, claim->end }, false))
		result = -ENOMEM;
	for (uintptr_t at = claim->start; result == 0 && mark_next(tree, at, claim->end, &entry);
	     at = entry.end) {
		if (entry.info.kind != KIND_RESERVED || !pool_room(space))
			continue;
		entry.info.kind = KIND_CLAIM;
		entry.info.flags &= (uint8_t)~ENTRY_CLAIMED;
		tree_set(tree, entry.start, entry.end, &entry.info);
	}
	unlock_table(space);
	return result;
}

/* Notes mappings that stay in the window under passthrough, which the table follows there
 * only in reservations. */
static void note_mapped(struct space *space, struct span span)
{
	struct entry entry;

	if (space->passthrough && space_inside(space, span.start, span.end - span.start) &&
	    lookup_mapping(space, span.start, span.end, &entry) != 0)
		__atomic_store_n(&space->placed_inside, true, __ATOMIC_RELAXED);
}

static long end_piece(struct space *space, struct span piece)
{
	struct claim claim;
	long result;

	if (!claim_take(space, &claim, piece.start, piece.end))
		return -EAGAIN;
	note_mapped(space, piece);
	result = open_free(space, &claim);
	if (result == 0)
		result = withdraw(space, &claim);
	if (result)
		close_free(space, &claim);
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
		/* The fence stays: cut the piece so that all of it becomes fence, or all of
		 * it free. */
		piece.end = held_border(space, piece.start, piece.end);
		result = end_piece(space, piece);
		start = piece.end;
	}
	return result;
}
