/* SPDX-License-Identifier: MIT */
#include "moving.h"

#include <errno.h>

#include "fence/fence_hole.h"
#include "fence/fence_range.h"
#include "huge.h"
#include "passthrough.h"
#include "place.h"
#include "sys/vma.h"
#include "table/held.h"

struct claim moving_claim(struct space *space, const struct move *move)
{
	uintptr_t old = move->remap->old;
	struct claim claim;

	claim_take(space, &claim, old, moving_takes_away(move) ? old + move->old_length : old);
	return claim;
}

void moving_release(struct space *space, const struct move *move, struct claim *source,
		    long result)
{
	if (sys_failed(result) || result == (long)move->remap->old)
		claim_kept(space, source);
	else
		fence_refill(space, source);
}

/* Gets the kernel's error by a call that changes nothing: a growth beyond user space, or,
 * unless the move grows, a remap in place at the old size. -ENOMEM where that succeeds. */
long moving_refusal(const struct space *space, const struct move *move)
{
	const struct remap *remap = move->remap;
	bool grows = move->new_length > move->old_length;
	long result = sys_mremap(remap->old, remap->old_size, grows ? space->top : move->old_length,
				 grows ? remap->flags & MREMAP_MAYMOVE : 0, 0);

	return sys_failed(result) ? result : -ENOMEM;
}

/* Moves the pages alone (MREMAP_DONTUNMAP) and then replaces the old range with fence, so
 * that it is never a hole into which the kernel could place an unseen mapping. -EINVAL
 * where the old range is not held or stays, or the mapping grows; the kernel's error where
 * it cannot move these pages so (files before Linux 5.13, huge pages). *covered: the old
 * range is fence. */
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
	*covered = fence_replace(space, old, old + move->old_length) == 0;
	if (!*covered)
		sys_munmap(old, move->old_length);
	return result;
}

/* Moves the mapping over the placeholder at `new`, which the caller has claimed. */
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

/* Whether anything but one mapping fills the old range. Since Linux 6.17 MREMAP_FIXED, which
 * the library adds, moves several if their size stays; without a new address mremap()
 * refuses them. */
static bool is_no_single(const struct space *space, const struct move *move)
{
	const struct vma_bounds bounds = space_bounds(space);
	uintptr_t old = move->remap->old;

	return move->old_length == move->new_length &&
	       !vma_fills(&bounds, old, old + move->old_length, 1);
}

/* Alignment for huge pages that the kernel would give the mapping; 0: none. */
static size_t huge_of(const struct space *space, const struct move *move)
{
	size_t huge = huge_align(space, move->new_length);

	return huge && is_anonymous(move) ? huge : 0;
}

/* Moves the mapping to a place of the library's choice. A placeholder reserves it first:
 * MREMAP_FIXED alone would replace a mapping there that the table does not know. */
static long move_placed(struct space *space, const struct move *move)
{
	bool hinted = move->remap->flags & MREMAP_DONTUNMAP && move->remap->new;
	struct want want = {
		.area = move->area,
		.length = move->new_length,
		.info = move->info,
		.hint = hinted ? move->remap->new : 0,
		.map = place_holder,
		.what = &move->new_length,
	};
	struct placed target;
	long result, refusal;

	if (is_no_single(space, move)) {
		refusal = moving_refusal(space, move);
		return refusal == -ENOMEM ? -EFAULT : refusal;
	}
	if (!hinted)
		want.huge = huge_of(space, move);
	result = place(space, &want, &target);
	if (sys_failed(result))
		return moving_refusal(space, move);
	result = move_to(space, move, target.start);
	if (!sys_failed(result)) {
		place_keep(space, &want, &target);
		return result;
	}
	place_fail(space, &target);
	if (result != -EINVAL)
		return result;
	/* An unmapped old range counts as free, so the new place may overlap it, which is
	 * EINVAL. The caller gets the error of a call without a new address. */
	refusal = moving_refusal(space, move);
	return refusal == -ENOMEM ? result : refusal;
}

/* Moves a mapping into the window that the kernel has placed outside, in a hole of the
 * fence. Without room inside it stays outside, so that it is not lost. */
long moving_home(struct space *space, const struct remap *remap, long result)
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

long moving_passthrough(struct space *space, const struct remap *remap)
{
	long result;

	do
		result = remap_as_asked(remap);
	while (result == -ENOMEM && passthrough_yield(space));
	return sys_failed(result) ? result : moving_home(space, remap, result);
}

long moving_inside(struct space *space, const struct move *move)
{
	struct claim source;
	long result;

	if (!passthrough_places(space, &move->area))
		return move_placed(space, move);
	source = moving_claim(space, move);
	result = moving_passthrough(space, move->remap);
	moving_release(space, move, &source, result);
	return result;
}
