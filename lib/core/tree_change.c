/* SPDX-License-Identifier: MIT */
#include "tree_change.h"

void change_refresh(struct tree *tree, struct tree_block *parent, uint32_t index)
{
	struct summary s = block_summary(block_at(tree, parent->inner.child[index]));

	parent->inner.start[index] = s.start;
	parent->inner.end[index] = s.end;
	parent->inner.gap[index] = s.gap;
}

void change_sides(struct change *change, const struct tree_block *block, uint32_t index,
		  struct extents extents)
{
	if (index > 0) {
		uint64_t left = block_ends(block)[index - 1];

		change_note(change, extents.start - left, extents.new_start - left);
	}
	if (index + 1U < block->count) {
		uint64_t right = block_starts(block)[index + 1];

		change_note(change, right - extents.end, right - extents.new_end);
	}
}

void change_carry(struct tree *tree, const struct path *path, struct change change)
{
	for (uint32_t d = path->depth - 1; d-- > 0;) {
		struct tree_block *parent = block_at(tree, path->step[d].block);
		uint32_t index = path->step[d].index;
		const struct tree_block *child = block_at(tree, parent->inner.child[index]);
		struct summary old = { parent->inner.start[index], parent->inner.end[index],
				       parent->inner.gap[index] };
		struct summary new = { block_starts(child)[0],
				       block_ends(child)[child->count - 1], old.gap };

		if (change.made >= old.gap)
			new.gap = change.made;
		else if (change.lost == old.gap)
			new.gap = block_gap(child, old.gap); /* the new largest gap cannot exceed
							      * the old one */
		if (old.start == new.start && old.end == new.end && old.gap == new.gap)
			return;
		change = (struct change){ 0, 0 };
		change_note(&change, old.gap, new.gap);
		change_sides(&change, parent, index,
			     (struct extents){ old.start, old.end, new.start, new.end });
		parent->inner.start[index] = new.start;
		parent->inner.end[index] = new.end;
		parent->inner.gap[index] = new.gap;
	}
}
