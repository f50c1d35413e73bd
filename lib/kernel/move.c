/* SPDX-License-Identifier: MIT */
#include "move.h"

#include <errno.h>

#include "direct.h"
#include "fence.h"
#include "fixed.h"
#include "foreign.h"
#include "obstacle.h"
#include "place.h"
#include "record.h"
#include "replace.h"
#include "sys.h"
#include "unmap.h"

#ifndef MREMAP_DONTUNMAP
#define MREMAP_DONTUNMAP 4
#endif
#define MREMAP_KNOWN (MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP)

/* A remap with its sizes in whole pages. */
struct move {
	const struct remap *remap;
	size_t old_length, new_length;
	struct area area;
	struct detail detail; /* of the old mapping: the new one keeps it */
};

static long as_asked(const struct remap *remap)
{
	return sys_mremap(remap->old, remap->old_size, remap->new_size, remap->flags, remap->new);
}

/* What the kernel says of a call that cannot succeed, changing nothing: it is
 * asked for more than there can be, but where sizes have to be equal. */
static long refuse(const struct space *space, const struct move *move)
{
	const struct remap *remap = move->remap;
	bool grows = move->new_length > move->old_length;
	long result = sys_mremap(remap->old, remap->old_size, grows ? space->top : move->old_length,
				 grows ? remap->flags & MREMAP_MAYMOVE : 0, 0);

	return sys_failed(result) ? result : -ENOMEM;
}

static bool outside_fenced(const struct space *space, uintptr_t start, size_t length)
{
	return space_fenced(space) && !space_inside(space, start, length);
}

static long shrink(struct space *space, const struct move *move)
{
	uintptr_t tail = move->remap->old + move->new_length;
	uintptr_t end = move->remap->old + move->old_length;

	if (tail == end)
		return as_asked(move->remap);
	if (outside_fenced(space, tail, end - tail)) {
		/* The tail becomes fence in one step; first the kernel shall judge
		 * the call. */
		long judged = sys_mremap(move->remap->old, move->old_length, move->old_length,
					 move->remap->flags, 0);

		if (sys_failed(judged))
			return judged;

		long gone = unmap(space, tail, end - tail);

		return gone < 0 ? gone : judged;
	}

	struct ticket ticket = record_begin(space);
	long result = as_asked(move->remap);

	record_gone(space, ticket, tail, sys_failed(result) ? tail : end);
	return result;
}

static long grow(struct space *space, const struct move *move)
{
	const struct remap *remap = move->remap;
	uintptr_t start = remap->old + move->old_length, end = remap->old + move->new_length;
	struct ticket ticket = record_try_claim(space, start, end, &move->detail);
	long result = sys_mremap(remap->old, remap->old_size, remap->new_size, 0, 0);

	record_claimed(space, ticket, start, end, &move->detail, !sys_failed(result));
	return result;
}

/* The fence is invisible: a host's mapping grows into it. It opens for the one
 * call; a mapping that may move is moved instead. */
static long grow_into_fence(struct space *space, const struct move *move)
{
	uintptr_t start = move->remap->old + move->old_length;
	uintptr_t end = move->remap->old + move->new_length;

	if (!fixed_carve(space, start, end - start) || sys_munmap(start, end - start) < 0)
		return -ENOMEM;

	long result = grow(space, move);

	if (sys_failed(result))
		fence_mend(space, start, end);
	return result;
}

static long grow_in_place(struct space *space, const struct move *move)
{
	bool may_move = move->remap->flags & MREMAP_MAYMOVE;
	long result;

	if (!area_holds(space, &move->area, move->remap->old, move->new_length))
		return -ENOMEM;
	result = grow(space, move);
	if (result == -ENOMEM && !may_move)
		result = grow_into_fence(space, move);
	return result;
}

static bool takes_away(const struct move *move)
{
	return move->old_length > 0 && !(move->remap->flags & MREMAP_DONTUNMAP);
}

/* The old range is another's to have after a move that has come to `result`. */
static void left_behind(struct space *space, const struct move *move, struct ticket ticket,
			long result)
{
	uintptr_t old = move->remap->old, old_end = old + move->old_length;
	bool gone = !sys_failed(result) && result != (long)old && takes_away(move);

	record_gone(space, ticket, old, gone ? old_end : old);
	/* Somebody may have been placed there meanwhile: he stays. */
	if (gone)
		fence_mend(space, old, old_end);
}

static long move_to(struct space *space, const struct move *move, uintptr_t new)
{
	const struct remap *remap = move->remap;
	struct ticket ticket = record_begin(space);
	long result = sys_mremap(remap->old, remap->old_size, remap->new_size,
				 remap->flags | MREMAP_MAYMOVE | MREMAP_FIXED, new);

	left_behind(space, move, ticket, result);
	return result;
}

/* The mapping that the old range begins in; false where nobody can tell. */
static bool source_of(const struct move *move, struct obstacle_facts *facts)
{
	return obstacle_at(move->remap->old, facts) && facts->span.start <= move->remap->old;
}

static long refuse_several(const struct space *space, const struct move *move)
{
	long judged = refuse(space, move);

	return judged == -ENOMEM ? -EFAULT : judged;
}

/* To a place of our choice. Nobody must be clobbered whom we cannot see, so a
 * placeholder holds the place first. */
static long move_placed(struct space *space, const struct move *move)
{
	struct want want = {
		.area = move->area,
		.length = move->new_length,
		.detail = move->detail,
		.map = place_holder,
		.what = &move->new_length,
	};
	struct placed target;
	size_t huge = place_huge(space, move->new_length);
	bool resized = move->old_length != move->new_length;
	struct obstacle_facts source;

	if ((huge || !resized) && source_of(move, &source)) {
		/* With an address, which only we give, the kernel moves several
		 * mappings of unchanged size; without one it does not. */
		if (!resized && source.span.end < move->remap->old + move->old_length)
			return refuse_several(space, move);
		want.huge = source.anonymous ? huge : 0;
	}
	if (move->remap->flags & MREMAP_DONTUNMAP && move->remap->new) {
		want.hint = move->remap->new;
		want.huge = 0;
	}

	long result = place(space, &want, &target);

	if (sys_failed(result))
		return refuse(space, move);
	result = move_to(space, move, target.start);
	if (!sys_failed(result)) {
		place_keep(space, &want, &target);
		return result;
	}
	place_cancel(space, &want, &target);
	/* Where nothing is mapped the place may overlap the old one. */
	if (result == -EINVAL) {
		long judged = refuse(space, move);

		result = judged == -ENOMEM ? result : judged;
	}
	return result;
}

/* A hole that the fence does not have is no place to stay; but nothing is lost
 * if nothing better is found. */
long move_home(struct space *space, const struct remap *remap, long result)
{
	size_t length = space_pages(space, remap->new_size);
	struct remap again = *remap;
	struct move move = {
		.remap = &again,
		.old_length = length,
		.new_length = length,
		.area = { .kind = AREA_WINDOW },
		.detail = { .kind = KIND_GUEST, .caller = remap->caller },
	};
	long inside;

	if (space_inside(space, (uintptr_t)result, length))
		return result;
	again.old = (uintptr_t)result;
	again.old_size = again.new_size = length;
	again.flags = MREMAP_MAYMOVE;
	inside = move_placed(space, &move);
	if (!sys_failed(inside))
		return inside;
	space_missed(space);
	return result;
}

/* To a place of the kernel's choice, or where it may stay where it is. */
static long move_direct(struct space *space, const struct remap *remap)
{
	long result;

	do
		result = as_asked(remap);
	while (result == -ENOMEM && direct_yield(space));
	return sys_failed(result) ? result : move_home(space, remap, result);
}

/* Into its area, from wherever it is. */
static long move_inside(struct space *space, const struct move *move)
{
	struct ticket ticket;
	long result;

	if (!direct_places(space, &move->area))
		return move_placed(space, move);
	ticket = record_begin(space);
	result = move_direct(space, move->remap);
	left_behind(space, move, ticket, result);
	return result;
}

static void moved_several(struct space *space, const struct move *move, bool all)
{
	uintptr_t old = move->remap->old, new = move->remap->new;

	foreign_refresh(space);
	if (!space_fenced(space))
		return;
	if (all && space_lock(space)) {
		foreign_verify(space, new, new + move->new_length);
		space_unlock(space);
	}
	fence_patch(space, old, old + move->old_length);
	fence_patch(space, new, new + move->new_length);
}

static long move_fixed(struct space *space, const struct move *move)
{
	const struct remap *remap = move->remap;

	long result = fixed_allowed(space, remap->new, move->new_length,
				    (enum kind)move->detail.kind, remap->caller);

	if (result)
		return result;
	direct_yield_for(space, remap->new, move->new_length);
	if (direct_holds(space, remap->old, move->old_length) &&
	    direct_holds(space, remap->new, move->new_length))
		return replace_move(space, remap);

	/* The table does not follow all that is in the window. */
	bool whole = record_covered(space, remap->old, move->old_length) ||
		     (space_inside(space, remap->old, move->old_length) &&
		      obstacle_fills(remap->old, remap->old + move->old_length));
	bool opened = !whole && outside_fenced(space, remap->old, move->old_length);
	struct ticket ticket = record_begin(space);

	/* Several mappings move together; the fence between them is none. */
	if (opened)
		fence_open(space, remap->old, remap->old + move->old_length);
	result = replace_move(space, remap);
	left_behind(space, move, ticket, result);
	if (!sys_failed(result) && !direct_holds(space, remap->new, move->new_length))
		record_set(space, remap->new, remap->new + move->new_length, &move->detail);
	/* Of several mappings some may have moved before one failed, and between
	 * those that have there may be gaps, and fence. */
	if (!whole || sys_failed(result))
		moved_several(space, move, !sys_failed(result));
	return result;
}

static struct move move_of(struct space *space, const struct remap *remap)
{
	size_t round = map_rounding(space, remap->old, remap->old_size | remap->new_size);
	struct move move = {
		.remap = remap,
		.old_length = (remap->old_size + round) & ~round,
		.new_length = (remap->new_size + round) & ~round,
		.detail = record_of(space, remap->old),
	};

	/* What the library did not map is the caller's from now on. */
	if (move.detail.kind != KIND_HOST && move.detail.kind != KIND_GUEST)
		move.detail.kind = (uint8_t)remap->kind;
	move.detail.caller = remap->caller;
	move.area = remap->area;
	if (move.area.kind != AREA_RANGE)
		move.area.kind = move.detail.kind == KIND_HOST ? AREA_OUTSIDE : AREA_WINDOW;
	return move;
}

static bool beyond(const struct space *space, uintptr_t start, size_t length)
{
	return length > space->top || start > space->top - length;
}

/* A target, or the hint that MREMAP_DONTUNMAP takes. */
static bool bad_target(const struct space *space, const struct remap *remap, size_t old_length)
{
	size_t new_length = space_pages(space, remap->new_size);

	if (!space_aligned(space, remap->new) || beyond(space, remap->new, new_length))
		return true;
	if (remap->flags & MREMAP_DONTUNMAP && old_length != new_length)
		return true;
	return remap->new < remap->old + old_length && remap->old < remap->new + new_length;
}

/* What the kernel refuses whatever lies where. */
static bool invalid(const struct space *space, const struct remap *remap)
{
	size_t old_length = space_pages(space, remap->old_size);
	bool may_move = remap->flags & MREMAP_MAYMOVE;

	if (remap->flags & ~MREMAP_KNOWN || !space_aligned(space, remap->old) ||
	    space_pages(space, remap->new_size) == 0 ||
	    space_pages(space, remap->new_size) > space->top)
		return true;
	return remap->flags & (MREMAP_FIXED | MREMAP_DONTUNMAP) &&
	       (!may_move || bad_target(space, remap, old_length));
}

long move_remap(struct space *space, const struct remap *remap)
{
	size_t old_length = space_pages(space, remap->old_size);

	if (invalid(space, remap))
		return as_asked(remap);
	/* The fence is nobody's to move. */
	if (fence_holds(space, remap->old))
		return -EFAULT;
	if (beyond(space, remap->old, old_length) || space_own(space, remap->old, old_length))
		return as_asked(remap);

	/* What lies in the window is a guest's; its call is the kernel's affair. */
	if (!(remap->flags & MREMAP_FIXED) && remap->area.kind != AREA_RANGE &&
	    direct_holds(space, remap->old, remap->old_size ? remap->old_size : 1))
		return move_direct(space, remap);

	struct move move = move_of(space, remap);

	if (remap->flags & MREMAP_FIXED)
		return move_fixed(space, &move);
	if (remap->flags & MREMAP_DONTUNMAP)
		return move_inside(space, &move);
	if (move.old_length == 0)
		return remap->flags & MREMAP_MAYMOVE ? move_inside(space, &move) : as_asked(remap);
	if (move.area.kind == AREA_RANGE &&
	    !area_holds(space, &move.area, remap->old, move.new_length))
		return remap->flags & MREMAP_MAYMOVE ? move_inside(space, &move) : refuse(space, &move);
	if (move.new_length <= move.old_length)
		return shrink(space, &move);

	long result = grow_in_place(space, &move);

	if (result != -ENOMEM)
		return result;
	return remap->flags & MREMAP_MAYMOVE ? move_inside(space, &move) : refuse(space, &move);
}
