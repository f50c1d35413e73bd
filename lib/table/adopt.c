/* SPDX-License-Identifier: MIT */
#include "adopt.h"

#include "holder.h"
#include "mark.h"
#include "region.h"
#include "sys/vma.h"
#include "update.h"

/* Settles a free range whose claim has lost its holder: a mapping there by the kernel's
 * list, unless a reservation, becomes KIND_HOST; the rest is free. Where the list cannot be
 * read, the whole range becomes KIND_HOST, so that no call is given it. */
static void settle_free(struct space *space, const struct entry *dead)
{
	struct tree *tree = &space->table->tree;
	struct mapping_info host = { .kind = KIND_HOST };
	struct vma_facts found;
	struct vma_look look = vma_begin(space_bounds(space), dead->start, dead->end);
	struct span piece;

	update_set(space, dead->start, dead->end, &(struct mapping_info){ .kind = KIND_NONE });
	while (vma_next(&look, &found)) {
		piece = span_cut(found.span, (struct span){ dead->start, dead->end });
		if (!vma_reserves(&found) && pool_room(space))
			tree_set(tree, piece.start, piece.end, &host);
	}
	if (look.failed)
		tree_set(tree, dead->start, dead->end, &host);
}

static void settle_dead(struct space *space, bool (*is_alive)(uint16_t number))
{
	struct tree *tree = &space->table->tree;
	struct entry dead;

	for (uintptr_t at = 0; mark_next(tree, at, UINTPTR_MAX, &dead); at = dead.end) {
		if (is_alive(dead.info.owner))
			continue;
		if (dead.info.kind == KIND_CLAIM || dead.info.kind == KIND_RESERVED)
			settle_free(space, &dead);
		else
			mark_clear(space, dead.info.owner, dead.start, dead.end);
	}
}

void adopt_claims(struct space *space)
{
	if (space->changes.claims == 0)
		return;
	settle_dead(space, holder_has);
	space->changes.claims = holder_count();
}

/* Whether the claim belongs to another thread, or to a call of this thread that goes on. */
static bool is_not_left(uint16_t number)
{
	return !holder_left(number);
}

void adopt_left(struct space *space)
{
	settle_dead(space, is_not_left);
	space->changes.claims -= holder_forget_left();
}
