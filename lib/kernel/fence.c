/* SPDX-License-Identifier: MIT */
#include "fence.h"

#include <errno.h>

#include "core/gap.h"
#include "carve.h"
#include "foreign.h"
#include "guard.h"
#include "limits.h"
#include "obstacle.h"
#include "piece.h"
#include "record.h"
#include "sys.h"

static long make(struct call call)
{
	const long *a = call.arguments;

	return sys_call(call.number, a[0], a[1], a[2], a[3], a[4], a[5]);
}

static void dress(struct space *space, struct span piece)
{
	make(piece_undump(piece));
	/* Nor shall it be counted where all that is mapped is locked (mlockall). */
	SYS(SYS_munlock, piece.start, piece.end - piece.start);
	if (!space->nameless)
		space->nameless = make(piece_name(piece, PIECE_NAME)) < 0;
}

/* Cuts the span to its first free piece by the table; empty at the end. */
static long next_gap(struct space *space, struct span *span)
{
	if (!space_lock(space))
		return -ENOMEM;
	*span = gap_first(&space->table->tree, *span);
	space_unlock(space);
	return 0;
}

/* Leaves of the span what is still to be done. Where all gets locked, and no more
 * than a limit, one part at a time, since it is unlocked at once. */
static long keep(struct space *space, struct span *span)
{
	size_t most = span->end - span->start;

	while (!span_empty(*span)) {
		struct span piece = span_cut(*span, (struct span){ span->start, span->start + most });
		long result = carve_hold(piece.start, piece.end - piece.start);

		if (result == -EAGAIN && most > space->page) {
			most = space_pages(space, most / 2);
			continue;
		}
		if (sys_failed(result))
			return result;
		dress(space, piece);
		span->start = piece.end;
	}
	return 0;
}

/* How often something may be in the way that is gone when it is looked for:
 * what the kernel places comes and goes while limits change. */
#define FLEETING 1000

/* Leaves of the span what is still to be done. */
static long fill(struct space *space, struct span *span)
{
	struct span before = { 0, 0 };
	int met = 0;

	for (;;) {
		struct span gap = *span;

		if (next_gap(space, &gap) < 0)
			return fence_restore(space, *span);
		gap = piece_first(gap);
		if (span_empty(gap))
			return 0;
		if (gap.start == before.start && gap.end == before.end && ++met == FLEETING)
			return -ENOMEM; /* in the way, and not to be seen */

		before = gap;

		long result = keep(space, &gap);

		span->start = gap.start;
		if (result == -EEXIST)
			foreign_admit(space, gap.start, gap.end);
		else if (result < 0)
			return result;
	}
}

long fence_keep(struct space *space, uintptr_t start, uintptr_t end)
{
	struct span piece = { start, end };
	long result = carve_hold(start, end - start);

	if (sys_failed(result))
		return result;
	dress(space, piece);
	return 0;
}

static long put(struct space *space, struct span piece)
{
	long result = make(piece_map(piece, MAP_FIXED));

	if (sys_failed(result))
		return result;
	dress(space, piece);
	if (space->table->fence == FENCE_SEALED)
		make(piece_seal(piece));
	return 0;
}

long fence_put(struct space *space, uintptr_t start, uintptr_t end)
{
	long result = 0;

	for (struct span piece; result == 0 && start < end; start = piece.end) {
		piece = piece_first((struct span){ start, end });
		result = put(space, piece);
	}
	return result;
}

static long seal(struct span gap)
{
	return make(piece_seal(gap));
}

static long take_away(struct span gap)
{
	return sys_munmap(gap.start, gap.end - gap.start);
}

/* Until one fails: the pieces of the span that are free by the table. */
static long each_gap(struct space *space, struct span span, long (*act)(struct span gap))
{
	long result = 0;

	while (result == 0) {
		struct span gap = span;

		result = next_gap(space, &gap);
		if (result < 0 || span_empty(gap))
			break;
		result = act(gap);
		span.start = gap.end;
	}
	return result;
}

bool fence_is(const struct space *space, struct span span, int prot, bool anonymous)
{
	return space_fenced(space) && prot == PROT_NONE && anonymous &&
	       !space_inside(space, span.start, span.end - span.start);
}

bool fence_holds(struct space *space, uintptr_t address)
{
	struct obstacle_facts facts;

	return space_fenced(space) && !space_inside(space, address, 1) &&
	       record_vacant(space, address, address + 1) && obstacle_at(address, &facts) &&
	       facts.span.start <= address &&
	       fence_is(space, facts.span, facts.prot, facts.anonymous);
}

long fence_lower(struct space *space, struct span span)
{
	struct obstacle_facts facts;
	long found, result = 0;

	/* Upwards, one mapping at a time: what the kernel places meanwhile can
	 * only lie behind, where there is room again. */
	while (result == 0 && !span_empty(span)) {
		found = obstacle_look(span.start, &facts);
		if (found <= 0 || facts.span.start >= span.end)
			return found < 0 ? found : 0;

		struct span piece = span_cut(facts.span, span);

		if (facts.prot != PROT_NONE || !facts.anonymous)
			result = 0;
		else if (record_vacant(space, piece.start, piece.end))
			result = take_away(piece); /* in one, and also below a stack */
		else
			result = each_gap(space, piece, take_away);
		span.start = facts.span.end;
	}
	return result;
}

long fence_fill(struct space *space, uintptr_t start, uintptr_t end)
{
	return fill(space, &(struct span){ start, end });
}

static void owe(struct space *space, struct span span)
{
	if (!space_lock(space))
		return;
	for (int i = 0; i < SPACE_OWED && !span_empty(span); i++)
		if (span_empty(space->owed[i])) {
			space->owed[i] = span;
			span = (struct span){ 0, 0 };
			__atomic_store_n(&space->owes, true, __ATOMIC_RELAXED);
		}
	space_unlock(space);
}

long fence_restore(struct space *space, struct span span)
{
	struct obstacle_facts facts;
	long result = 0;

	/* By the kernel's list: the table may have a claim there. */
	while (!span_empty(span)) {
		if (obstacle_look(span.start, &facts) <= 0 || facts.span.start > span.end)
			facts.span.start = facts.span.end = span.end;

		struct span gap = piece_first((struct span){ span.start, facts.span.start });
		struct span left = gap;
		long kept = keep(space, &left);

		if (kept < 0) {
			owe(space, left);
			result = kept;
		}
		span.start = gap.end < facts.span.start ? gap.end : facts.span.end;
	}
	return result;
}

static void fill_or_owe(struct space *space, struct span span)
{
	if (fill(space, &span) < 0)
		owe(space, span);
}

/* What was refused then is asked for again; part of it may be fenced by now, and
 * the table would take that for somebody's. */
static void pay(struct space *space)
{
	struct span owed[SPACE_OWED];

	if (!__atomic_load_n(&space->owes, __ATOMIC_RELAXED) || !space_lock(space))
		return;
	space->owes = false;
	for (int i = 0; i < SPACE_OWED; i++) {
		owed[i] = space->owed[i];
		space->owed[i] = (struct span){ 0, 0 };
	}
	space_unlock(space);
	for (int i = 0; i < SPACE_OWED; i++)
		if (!span_empty(owed[i]))
			fence_patch(space, owed[i].start, owed[i].end);
}

long fence_close(struct space *space, uintptr_t start, uintptr_t end)
{
	struct ticket ticket = record_begin(space);
	long result = fence_put(space, start, end);

	record_gone(space, ticket, start, result < 0 ? start : end);
	pay(space);
	/* To the caller it is a munmap, which has these two answers. */
	if (result < 0 && result != -EPERM)
		return -ENOMEM;
	return result;
}

void fence_mend(struct space *space, uintptr_t start, uintptr_t end)
{
	struct spans outside = space_rest(space);

	pay(space);
	for (int i = 0; space_fenced(space) && i < outside.count; i++) {
		struct span piece = span_cut((struct span){ start, end }, outside.at[i]);

		if (!span_empty(piece))
			fill_or_owe(space, piece);
	}
}

void fence_open(struct space *space, uintptr_t start, uintptr_t end)
{
	struct spans outside = space_rest(space);

	for (int i = 0; i < outside.count; i++)
		fence_lower(space, span_cut((struct span){ start, end }, outside.at[i]));
}

void fence_patch(struct space *space, uintptr_t start, uintptr_t end)
{
	struct spans outside = space_rest(space);

	for (int i = 0; space_fenced(space) && i < outside.count; i++)
		fence_restore(space, span_cut((struct span){ start, end }, outside.at[i]));
}

/* Whether the library has let somebody have anything outside. */
static bool anybody_outside(struct space *space)
{
	struct spans outside = space_rest(space);
	const struct tree *tree = &space->table->tree;
	struct entry entry;
	bool found = false;

	if (!space_lock(space))
		return false;
	for (int i = 0; i < outside.count; i++)
		for (uintptr_t at = outside.at[i].start;
		     !found && tree_entry(tree, tree_seek(tree, at), &entry) &&
		     entry.start < outside.at[i].end;
		     at = entry.end)
			found = entry.detail.kind == KIND_GUEST || entry.detail.kind == KIND_HOST;
	space_unlock(space);
	return found;
}

void fence_inherit(struct space *space)
{
	if (!space_fenced(space))
		return;
	if (anybody_outside(space))
		foreign_refresh(space);
	if (space->opened)
		fence_patch(space, space->min, space->top);
	space->opened = false;
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

	if (limits_space())
		return -EPERM;
	guard_leave_stack(space);
	for (int i = 0; result == 0 && i < outside.count; i++)
		result = fence_fill(space, outside.at[i].start, outside.at[i].end);
	if (result == 0)
		result = try_kernel(space);
	for (int i = 0; result == 0 && for_good && i < outside.count; i++)
		result = each_gap(space, outside.at[i], seal);
	if (result < 0) {
		fence_lower(space, (struct span){ space->min, space->top });
		return result == -EINVAL ? -ENOSYS : result;
	}
	space->table->fence = for_good ? FENCE_SEALED : FENCE_UP;
	space->table->reach = REACH_PROCESS;
	return 0;
}
