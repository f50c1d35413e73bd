/* SPDX-License-Identifier: MIT */
#include "op_mremap.h"

#include <errno.h>

#include "fence/fence_carve.h"
#include "passthrough.h"
#include "fence/fence.h"
#include "fence/fence_hole.h"
#include "fixed.h"
#include "table/held.h"
#include "table/lookup.h"
#include "sys/vma.h"
#include "moving.h"
#include "op_mremap_fixed.h"
#include "place.h"
#include "replace.h"
#include "table/sync.h"
#include "sys/sys.h"
#include "op_munmap.h"

#define MREMAP_KNOWN (MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP)

static long as_asked(const struct remap *remap)
{
	return sys_mremap(remap->old, remap->old_size, remap->new_size, remap->flags, remap->new);
}

/* What the kernel says of a call that cannot succeed, changing nothing: it is
 * asked for more than there can be, but where sizes have to be equal. */
static long refuse_move(const struct space *space, const struct move *move)
{
	const struct remap *remap = move->remap;
	bool grows = move->new_length > move->old_length;
	long result = sys_mremap(remap->old, remap->old_size, grows ? space->top : move->old_length,
				 grows ? remap->flags & MREMAP_MAYMOVE : 0, 0);

	return sys_failed(result) ? result : -ENOMEM;
}

static long shrink(struct space *space, const struct move *move)
{
	uintptr_t tail = move->remap->old + move->new_length;
	uintptr_t end = move->remap->old + move->old_length;

	if (tail == end)
		return as_asked(move->remap);
	if (held_any(space, tail, end)) {
		/* The tail becomes fence in one step; first the kernel shall judge
		 * the call. */
		long judged = sys_mremap(move->remap->old, move->old_length, move->old_length,
					 move->remap->flags, 0);

		if (sys_failed(judged))
			return judged;

		long gone = unmap(space, tail, end - tail);

		return gone < 0 ? gone : judged;
	}

	struct claim claim;
	long result;

	claim_take(space, &claim, tail, end);
	result = as_asked(move->remap);
	if (sys_failed(result))
		claim_kept(space, &claim);
	else
		claim_gone(space, &claim);
	return result;
}

static long grow(const struct move *move)
{
	const struct remap *remap = move->remap;

	return sys_mremap(remap->old, remap->old_size, remap->new_size, 0, 0);
}

/* The fence is invisible: a host's mapping grows into it. It opens for the one
 * call; a mapping that may move is moved instead. */
static long grow_into_fence(struct space *space, const struct move *move, struct claim *claim)
{
	size_t length = claim->end - claim->start;

	/* Into a reservation only from within. */
	if (reserved_any(space, claim->start, claim->end) &&
	    !reserved_all(space, move->remap->old, claim->end))
		return -ENOMEM;
	if (space->table->fence == FENCE_SEALED || !carve_needed(space, claim->start, length) ||
	    carve_open(space, claim->start, length) < 0)
		return -ENOMEM;
	if (sys_munmap(claim->start, length) < 0)
		return -ENOMEM;
	/* A hole, for a moment. What is placed there now cannot be told from fence, so
	 * there is no second try. */
	return grow(move);
}

static long grow_claimed(struct space *space, const struct move *move)
{
	uintptr_t start = move->remap->old + move->old_length;
	uintptr_t end = move->remap->old + move->new_length;
	struct claim claim;
	bool claimed = claim_vacant(space, &claim, start, end, &move->info);
	long result;

	/* What another call has claimed may be a hole for a moment. */
	if (!claimed && claim_excludes(space, start, end))
		return -ENOMEM;
	result = grow(move);
	if (result == -ENOMEM && claimed && !(move->remap->flags & MREMAP_MAYMOVE)) {
		result = grow_into_fence(space, move, &claim);
		if (sys_failed(result)) {
			fence_vacate(space, &claim);
			return result;
		}
	}
	if (sys_failed(result))
		claim_kept(space, &claim);
	else
		claim_mapped(space, &claim, &move->info);
	return result;
}

static long grow_in_place(struct space *space, const struct move *move)
{
	uintptr_t old = move->remap->old;

	if (!area_holds(space, &move->area, old, move->new_length) &&
	    (move->area.kind == AREA_RANGE || !reserved_all(space, old, old + move->new_length)))
		return -ENOMEM;
	return grow_claimed(space, move);
}

/* Where fence is to take the old place, and the mapping does not grow, its pages move
 * alone: then there is no hole for a moment, into which the kernel could place what the
 * library does not see. Not every mapping can be moved so, nor by every kernel. *covered:
 * the fence is there. */
static long move_pages(struct space *space, const struct move *move, uintptr_t new, bool *covered)
{
	uintptr_t old = move->remap->old;
	long result;

	if (!moving_takes_away(move) || move->new_length > move->old_length ||
	    !held_any(space, old, old + move->old_length))
		return -EINVAL;
	result = sys_mremap(old, move->new_length, move->new_length,
			    MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP, new);
	if (sys_failed(result))
		return result;
	*covered = fence_cover(space, old, old + move->old_length) == 0;
	if (!*covered)
		sys_munmap(old, move->old_length);
	return result;
}

static long move_to(struct space *space, const struct move *move, uintptr_t new)
{
	const struct remap *remap = move->remap;
	struct claim source = moving_claim(space, move);
	bool covered = false;
	long result = move_pages(space, move, new, &covered);

	if (sys_failed(result))
		result = sys_mremap(remap->old, remap->old_size, remap->new_size,
				    remap->flags | MREMAP_MAYMOVE | MREMAP_FIXED, new);
	if (covered)
		claim_gone(space, &source);
	else
		moving_release(space, move, &source, result);
	return result;
}

static bool is_anonymous(const struct move *move)
{
	struct vma_facts facts;

	return vma_at(move->remap->old, &facts) && facts.span.start <= move->remap->old &&
	       facts.anonymous;
}

static long refuse_several(const struct space *space, const struct move *move)
{
	long judged = refuse_move(space, move);

	return judged == -ENOMEM ? -EFAULT : judged;
}

/* To a place of our choice. What the table does not know must not be clobbered, so a
 * placeholder holds the place first. */
static long move_placed(struct space *space, const struct move *move)
{
	struct want want = {
		.area = move->area,
		.length = move->new_length,
		.info = move->info,
		.map = place_holder,
		.what = &move->new_length,
	};
	struct placed target;
	size_t huge = place_huge(space, move->new_length);
	uintptr_t old_end = move->remap->old + move->old_length;
	const struct vma_bounds bounds = space_bounds(space);

	/* With an address, which only we give, the kernel moves several mappings of
	 * unchanged size; without one it does not. */
	if (move->old_length == move->new_length &&
	    !vma_fills(&bounds, move->remap->old, old_end, 1))
		return refuse_several(space, move);
	if (huge && is_anonymous(move))
		want.huge = huge;
	if (move->remap->flags & MREMAP_DONTUNMAP && move->remap->new) {
		want.hint = move->remap->new;
		want.huge = 0;
	}

	long result = place(space, &want, &target);

	if (sys_failed(result))
		return refuse_move(space, move);
	result = move_to(space, move, target.start);
	if (!sys_failed(result)) {
		place_keep(space, &want, &target);
		return result;
	}
	place_fail(space, &target);
	/* Where nothing is mapped the place may overlap the old one. */
	if (result == -EINVAL) {
		long judged = refuse_move(space, move);

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
		.info = { .kind = KIND_GUEST, .caller = remap->caller },
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
static long move_passthrough(struct space *space, const struct remap *remap)
{
	long result;

	do
		result = as_asked(remap);
	while (result == -ENOMEM && passthrough_yield(space));
	return sys_failed(result) ? result : move_home(space, remap, result);
}

/* Into its area, from wherever it is. */
static long move_inside(struct space *space, const struct move *move)
{
	struct claim source;
	long result;

	if (!passthrough_places(space, &move->area))
		return move_placed(space, move);
	source = moving_claim(space, move);
	result = move_passthrough(space, move->remap);
	moving_release(space, move, &source, result);
	return result;
}

static struct move move_of(struct space *space, const struct remap *remap)
{
	size_t round = map_rounding(space, remap->old, remap->old_size | remap->new_size);
	struct move move = {
		.remap = remap,
		.old_length = (remap->old_size + round) & ~round,
		.new_length = (remap->new_size + round) & ~round,
		.info = lookup_info(space, remap->old),
	};

	/* What the library did not map is the caller's from now on. */
	if (move.info.kind != KIND_HOST && move.info.kind != KIND_GUEST)
		move.info.kind = (uint8_t)remap->kind;
	move.info.caller = remap->caller;
	move.area = remap->area;
	if (move.area.kind != AREA_RANGE)
		move.area.kind = move.info.kind == KIND_HOST ? AREA_OUTSIDE : AREA_WINDOW;
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

static bool is_reserved(struct space *space, uintptr_t address)
{
	return reserved_any(space, address, address + 1) &&
	       lookup_info(space, address).kind == KIND_RESERVED;
}

long move_remap(struct space *space, const struct remap *remap)
{
	size_t old_length = space_pages(space, remap->old_size);

	if (invalid(space, remap))
		return as_asked(remap);
	/* The fence cannot be moved, nor can what is reserved. */
	if (fence_holds(space, remap->old) || is_reserved(space, remap->old))
		return -EFAULT;
	if (beyond(space, remap->old, old_length) || space_own(space, remap->old, old_length))
		return as_asked(remap);

	/* What lies in the window is a guest's; its call is the kernel's affair. */
	if (!(remap->flags & MREMAP_FIXED) && remap->area.kind != AREA_RANGE &&
	    passthrough_holds(space, remap->old, remap->old_size ? remap->old_size : 1))
		return move_passthrough(space, remap);

	struct move move = move_of(space, remap);

	if (remap->flags & MREMAP_FIXED)
		return move_fixed(space, &move);
	if (remap->flags & MREMAP_DONTUNMAP)
		return move_inside(space, &move);
	if (move.old_length == 0)
		return remap->flags & MREMAP_MAYMOVE ? move_inside(space, &move) : as_asked(remap);
	if (move.area.kind == AREA_RANGE &&
	    !area_holds(space, &move.area, remap->old, move.new_length))
		return remap->flags & MREMAP_MAYMOVE ? move_inside(space, &move) :
						       refuse_move(space, &move);
	if (move.new_length <= move.old_length)
		return shrink(space, &move);

	long result = grow_in_place(space, &move);

	if (result != -ENOMEM)
		return result;
	return remap->flags & MREMAP_MAYMOVE ? move_inside(space, &move) :
					       refuse_move(space, &move);
}
