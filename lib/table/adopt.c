/* SPDX-License-Identifier: MIT */
#include "adopt.h"

#include "holder.h"
#include "mark.h"
#include "region.h"
#include "sys/vma.h"
#include "update.h"

/* The claim's holder is gone. Of what was free the kernel knows whether it has
 * been mapped by then; where it does not say, the range is not given to others. */
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

/* Of another thread, or of this one in a call that goes on. */
static bool is_not_left(uint16_t number)
{
	return !holder_left(number);
}

void adopt_left(struct space *space)
{
	settle_dead(space, is_not_left);
	space->changes.claims -= holder_forget_left();
}
