/* SPDX-License-Identifier: MIT */
#include "op_mremap.h"

#include <errno.h>

#include "fence/fence.h"
#include "fence/fence_hole.h"
#include "fence/fence_range.h"
#include "moving.h"
#include "op_mremap_fixed.h"
#include "op_munmap.h"
#include "passthrough.h"
#include "replace.h"
#include "table/held.h"
#include "table/lookup.h"

/* Shrinks a mapping whose tail becomes fence, in one step. First the kernel judges the
 * call, as a remap at the old size. */
static long shrink_into_fence(struct space *space, const struct remap *remap, size_t old_length,
			      uintptr_t tail)
{
	long judged = sys_mremap(remap->old, old_length, old_length, remap->flags, 0);
	long gone;

	if (sys_failed(judged))
		return judged;
	gone = unmap(space, tail, remap->old + old_length - tail);
	return gone < 0 ? gone : judged;
}

static long shrink(struct space *space, const struct move *move)
{
	uintptr_t tail = move->remap->old + move->new_length;
	uintptr_t end = move->remap->old + move->old_length;
	struct claim claim;
	long result;

	if (tail == end)
		return remap_as_asked(move->remap);
	if (held_any(space, tail, end))
		return shrink_into_fence(space, move->remap, move->old_length, tail);
	claim_take(space, &claim, tail, end);
	result = remap_as_asked(move->remap);
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

/* Grows a host's mapping into the fence, which a host does not see: the claimed range is
 * opened for one call. A mapping that may move is moved instead, since that leaves no hole. */
static long grow_into_fence(struct space *space, const struct move *move, struct claim *claim)
{
	size_t length = claim->end - claim->start;

	/* A mapping grows into a reservation only from within. */
	if (reserved_any(space, claim->start, claim->end) &&
	    !reserved_all(space, move->remap->old, claim->end))
		return -ENOMEM;
	if (space->table->fence == FENCE_SEALED || !held_any(space, claim->start, claim->end) ||
	    fence_carve(space, claim->start, length) < 0)
		return -ENOMEM;
	if (sys_munmap(claim->start, length) < 0)
		return -ENOMEM;
	/* The range is a hole now. Another call's mapping there could not be told from
	 * fence, so there is no second try. */
	return grow(move);
}

static long grow_claimed(struct space *space, const struct move *move)
{
	uintptr_t start = move->remap->old + move->old_length;
	uintptr_t end = move->remap->old + move->new_length;
	struct claim claim;
	bool claimed = claim_vacant(space, &claim, start, end, &move->info);
	long result;

	/* A range that another call has claimed may be a hole for a moment. */
	if (!claimed && claim_excludes(space, start, end))
		return -ENOMEM;
	result = grow(move);
	if (result == -ENOMEM && claimed && !(move->remap->flags & MREMAP_MAYMOVE)) {
		result = grow_into_fence(space, move, &claim);
		if (sys_failed(result)) {
			fence_refill(space, &claim);
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

static struct move move_of(struct space *space, const struct remap *remap)
{
	size_t round = map_rounding(space, remap->old, remap->old_size | remap->new_size);
	struct move move = {
		.remap = remap,
		.old_length = (remap->old_size + round) & ~round,
		.new_length = (remap->new_size + round) & ~round,
		.info = lookup_info(space, remap->old),
	};

	/* A mapping that the library did not make belongs to the caller from now on. */
	if (move.info.kind != KIND_HOST && move.info.kind != KIND_GUEST)
		move.info.kind = (uint8_t)remap->kind;
	move.info.caller = remap->caller;
	move.area = remap->area;
	if (move.area.kind != AREA_RANGE)
		move.area.kind = move.info.kind == KIND_HOST ? AREA_OUTSIDE : AREA_WINDOW;
	return move;
}

static bool is_reserved(struct space *space, uintptr_t address)
{
	return reserved_any(space, address, address + 1) &&
	       lookup_info(space, address).kind == KIND_RESERVED;
}

/* Moves a mapping that cannot stay, if the caller allows that (MREMAP_MAYMOVE). */
static long move_away(struct space *space, const struct move *move)
{
	if (move->remap->flags & MREMAP_MAYMOVE)
		return moving_inside(space, move);
	return move->old_length ? moving_refusal(space, move) : remap_as_asked(move->remap);
}

/* Whether the mapping leaves its address even if there is room: MREMAP_DONTUNMAP always
 * moves, an old size of 0 asks for a second mapping of shared memory, and a range that the
 * caller has named may end before the new size does. */
static bool must_move(const struct space *space, const struct move *move)
{
	return move->remap->flags & MREMAP_DONTUNMAP || move->old_length == 0 ||
	       (move->area.kind == AREA_RANGE &&
		!area_holds(space, &move->area, move->remap->old, move->new_length));
}

/* Remaps a mapping that the library follows in the table. */
static long remap_followed(struct space *space, const struct move *move)
{
	long result;

	if (move->remap->flags & MREMAP_FIXED)
		return move_fixed(space, move);
	if (must_move(space, move))
		return move_away(space, move);
	if (move->new_length <= move->old_length)
		return shrink(space, move);
	result = grow_in_place(space, move);
	return result == -ENOMEM ? move_away(space, move) : result;
}

/* Whether the kernel places: the memory lies in the window under passthrough, so that it is
 * a guest's. */
static bool is_passed_on(const struct space *space, const struct remap *remap)
{
	return !(remap->flags & MREMAP_FIXED) && remap->area.kind != AREA_RANGE &&
	       passthrough_holds(space, remap->old, remap->old_size ? remap->old_size : 1);
}

/* Whether the kernel is to refuse the old range: it passes the end of user space, or is the
 * library's own memory. */
static bool is_not_programs(const struct space *space, const struct remap *remap)
{
	size_t old_length = space_pages(space, remap->old_size);

	return remap_beyond(space, remap->old, old_length) || space_own(space, remap->old, old_length);
}

long remap_request(struct space *space, const struct remap *remap)
{
	struct move move;

	if (remap_invalid(space, remap))
		return remap_as_asked(remap);
	/* For the caller no mapping is at fence or at the free part of a reservation. */
	if (fence_owns(space, remap->old) || is_reserved(space, remap->old))
		return -EFAULT;
	if (is_not_programs(space, remap))
		return remap_as_asked(remap);
	if (is_passed_on(space, remap))
		return moving_passthrough(space, remap);
	move = move_of(space, remap);
	return remap_followed(space, &move);
}
