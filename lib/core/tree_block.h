/* SPDX-License-Identifier: MIT */
/*
 * The B+tree's blocks: taking and giving them back, and moving items between
 * them. An item is a leaf's entry or an inner block's child. Only the tree's
 * own files include this.
 */
#ifndef VALIMIT_CORE_TREE_BLOCK_H
#define VALIMIT_CORE_TREE_BLOCK_H

#include "tree.h"
#include "window.h"

static inline struct tree_block *block_at(const struct tree *tree, uint32_t id)
{
	return &tree->block[id];
}

/* An empty block, the lowest that is free, so that the upper ones can go back
 * to the kernel; tree_room() has said that there is one. */
uint32_t block_take(struct tree *tree, uint8_t level);
void block_give(struct tree *tree, uint32_t id);

/* What a block's parent keeps of it. */
struct summary {
	uint64_t start, end, gap;
};
struct summary block_summary(const struct tree_block *block);

/* The largest gap between the block's items or below one; or any that is `enough`. */
uint64_t block_gap(const struct tree_block *block, uint64_t enough);

/* Where the block's items begin and end. */
static inline const uint64_t *block_starts(const struct tree_block *block)
{
	return block->level == 1 ? block->leaf.start : block->inner.start;
}

static inline const uint64_t *block_ends(const struct tree_block *block)
{
	return block->level == 1 ? block->leaf.end : block->inner.end;
}

/* From the first item's start to the last one's end. */
static inline struct span block_extent(const struct tree_block *block)
{
	return (struct span){ block_starts(block)[0], block_ends(block)[block->count - 1U] };
}

static inline bool block_full(const struct tree_block *block)
{
	return block->count == (block->level == 1 ? TREE_LEAF_MAX : TREE_INNER_MAX);
}

/* Moves `count` items to a place of the same or another block, whatever is
 * there; the ranges may overlap. The blocks' counts are the caller's affair. */
void block_move(struct tree_block *to, uint32_t at, const struct tree_block *from,
		uint32_t index, uint32_t count);

/* Makes a place for one item; takes `count` items out. */
void block_open(struct tree_block *block, uint32_t index);
void block_close(struct tree_block *block, uint32_t index, uint32_t count);

/* The row of leaves: puts `right` behind `left`; takes one out. */
void block_link(struct tree *tree, uint32_t left, uint32_t right);
void block_unlink(struct tree *tree, const struct tree_block *leaf);

#endif
