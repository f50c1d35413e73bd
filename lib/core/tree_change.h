/* SPDX-License-Identifier: MIT */
/*
 * What the B+tree's inner blocks know of those below them, kept right when one
 * of those changes. Only the tree's own files include this.
 */
#ifndef VALIMIT_CORE_TREE_CHANGE_H
#define VALIMIT_CORE_TREE_CHANGE_H

#include "tree_block.h"
#include "tree_shape.h"

/* A change in a block, as its largest gap sees it: the largest of the gaps that
 * are no more, and of those that are new. Only where the one that was the
 * largest has gone must all be looked at again. */
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

/* Carries a change in the path's leaf up to the root, as far as it is felt. */
void change_carry(struct tree *tree, const struct path *path, struct change change);

/* Refreshes all that `parent` keeps of its child. */
void change_refresh(struct tree *tree, struct tree_block *parent, uint32_t index);

#endif
