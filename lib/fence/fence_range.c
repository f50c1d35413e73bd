/* SPDX-License-Identifier: MIT */
#include "fence_range.h"

#include <errno.h>
#include <limits.h>

#include "fence_hold.h"
#include "fence_hole.h"
#include "fence_piece.h"
#include "sys/feel.h"
#include "sys/sys.h"
#include "sys/vma.h"
#include "table/claim.h"
#include "table/held.h"

static long fill_gap(uintptr_t start, uintptr_t end)
{
	long at = start < end ? sys_reserve(start, end - start) : 0;

	return sys_failed(at) ? at : 0;
}

/* Fills the holes in [start, end) that were not filled yet. -EEXIST where a mapping is no
 * reservation; 0 or another -errno. */
static long fill_pieces(const struct vma_bounds *bounds, uintptr_t start, uintptr_t end)
{
	struct vma_look look = vma_begin(*bounds, start, end);
	struct vma_facts facts;
	long result = 0;

	look.left = INT_MAX;
	while (vma_next(&look, &facts)) {
		if (result == 0)
			result = vma_reserves(&facts) ? fill_gap(start, facts.span.start) : -EEXIST;
		start = facts.span.end;
	}
	return result ? result : fill_gap(start, end);
}

/* Checks [start, end), which the table has as held, and fills its holes: a call that the
 * library did not see may have mapped over it. */
static long carve_held(const struct space *space, uintptr_t start, uintptr_t end)
{
	const struct vma_bounds bounds = space_bounds(space);

	return feel_reserved(&bounds, start, end) ? 0 : fill_pieces(&bounds, start, end);
}

static long carve_piece(const struct space *space, uintptr_t start, uintptr_t end)
{
	size_t length = end - start;

	if (held_any(space, start, end))
		return carve_held(space, start, end);

	long result = sys_reserve(start, length);

	return sys_failed(result) ? result : 0;
}

long fence_carve(struct space *space, uintptr_t start, size_t length)
{
	uintptr_t end = start + length;
	long result = 0;

	for (uintptr_t at = start, border; result == 0 && at < end; at = border) {
		border = held_border(space, at, end);
		result = carve_piece(space, at, border);
		if (result)
			fence_uncarve(space, start, at - start);
	}
	return result;
}

void fence_uncarve(struct space *space, uintptr_t start, size_t length)
{
	uintptr_t end = start + length;

	for (uintptr_t at = start, border; at < end; at = border) {
		border = held_border(space, at, end);
		if (!held_any(space, at, border))
			space_discard(space, at, border - at);
	}
}

static long hold_over(struct space *space, uintptr_t start, uintptr_t end)
{
	long result = 0;

	for (struct span piece; result == 0 && start < end; start = piece.end) {
		piece = piece_first((struct span){ start, end });
		result = fence_hold_over(space, piece);
	}
	return result;
}

long fence_replace(struct space *space, uintptr_t start, uintptr_t end)
{
	long result = hold_over(space, start, end);

	if (result == 0)
		fence_uncarve(space, start, end - start);
	return result;
}

long fence_unmap(struct space *space, uintptr_t start, uintptr_t end)
{
	struct claim claim;
	long result;

	/* Without a claim the range is still the caller's own, since the caller named it. */
	claim_take(space, &claim, start, end);
	result = fence_replace(space, start, end);
	if (result < 0)
		claim_kept(space, &claim);
	else
		claim_gone(space, &claim);
	fence_retry(space);
	/* munmap() fails with EPERM for sealed memory, with ENOMEM for too many VMAs, and
	 * with no other error here. */
	if (result < 0 && result != -EPERM)
		return -ENOMEM;
	return result;
}

/* Unmaps the reservations from the lowest upwards. A mapping that the kernel places
 * meanwhile can only lie in the part that is already open, so it is not unmapped. */
static long open_pieces(const struct space *space, struct span rest)
{
	struct vma_look look = vma_begin(space_bounds(space), rest.start, rest.end);
	struct vma_facts facts;
	long result = 0;

	look.left = INT_MAX;
	while (vma_next(&look, &facts)) {
		struct span piece = span_cut(facts.span, rest);

		if (result == 0 && vma_reserves(&facts))
			result = sys_munmap(piece.start, piece.end - piece.start);
	}
	return result;
}

long fence_open(const struct space *space, uintptr_t start, uintptr_t end)
{
	const struct vma_bounds bounds = space_bounds(space);

	if (feel_reserved(&bounds, start, end))
		return sys_munmap(start, end - start);
	return open_pieces(space, (struct span){ start, end });
}
