/* SPDX-License-Identifier: MIT */
/*
 * Updates of the inner blocks' extents and largest gaps when a block below them changes. Only
 * the tree's own files include this.
 */
#ifndef VALIMIT_CORE_TREE_CHANGE_H
#define VALIMIT_CORE_TREE_CHANGE_H

#include "tree_block.h"
#include "tree_shape.h"

/* A change of a block's gaps: the largest gap that has gone, and the largest that is new. Only
 * if the block's largest gap has gone have all gaps to be looked at again. */
struct change {
	uint64_t lost, made;
};

static inline void change_note(struct change *change, uint64_t lost, uint64_t made)
{
	change->lost = lost > change->lost ? lost : change->lost;
	change->made = made > change->made ? made : change->made;
}

/* Notes how the gaps on both sides of an item change with its extent. */
struct extents {
	uint64_t start, end, new_start, new_end;
};
void change_sides(struct change *change, const struct tree_block *block, uint32_t index,
		  struct extents extents);

/* Carries a change of the path's leaf up towards the root, until a block is not affected. */
void change_carry(struct tree *tree, const struct path *path, struct change change);

/* Refreshes the parent's copy of its child's extent and largest gap. */
void change_refresh(struct tree *tree, struct tree_block *parent, uint32_t index);

#endif
