/* SPDX-License-Identifier: MIT */
/*
 * The B+tree's blocks: their allocation, and moving items between them. An item is a leaf's
 * entry or an inner block's child. Only the tree's own files include this.
 */
#ifndef VALIMIT_CORE_TREE_BLOCK_H
#define VALIMIT_CORE_TREE_BLOCK_H

#include "tree.h"
#include "window.h"

static inline struct tree_block *block_at(const struct tree *tree, uint32_t id)
{
	return &tree->block[id];
}

/* Takes an empty block: the lowest that is free, so that memory of upper blocks can go back to
 * the kernel. The caller has asked tree_room(). */
uint32_t block_take(struct tree *tree, uint8_t level);
void block_give(struct tree *tree, uint32_t id);

/* A parent's copy of a child's extent and largest gap. */
struct summary {
	uint64_t start, end, gap;
};
struct summary block_summary(const struct tree_block *block);

/* The largest gap between the block's items or below one of them, or the first one found that
 * is at least `enough`. */
uint64_t block_gap(const struct tree_block *block, uint64_t enough);

/* The arrays of the items' starts and ends. */
static inline const uint64_t *block_starts(const struct tree_block *block)
{
	return block->level == 1 ? block->leaf.start : block->inner.start;
}

static inline const uint64_t *block_ends(const struct tree_block *block)
{
	return block->level == 1 ? block->leaf.end : block->inner.end;
}

/* From the first item's start to the last item's end. */
static inline struct span block_extent(const struct tree_block *block)
{
	return (struct span){ block_starts(block)[0], block_ends(block)[block->count - 1U] };
}

static inline bool block_full(const struct tree_block *block)
{
	return block->count == (block->level == 1 ? TREE_LEAF_MAX : TREE_INNER_MAX);
}

/* Moves `count` items over a place of the same or another block; the ranges may overlap. The
 * caller updates the blocks' counts. */
void block_move(struct tree_block *to, uint32_t at, const struct tree_block *from,
		uint32_t index, uint32_t count);

/* block_open() makes a place for one item; block_close() removes `count` items. */
void block_open(struct tree_block *block, uint32_t index);
void block_close(struct tree_block *block, uint32_t index, uint32_t count);

/* The list of leaves: block_link() inserts `right` behind `left`, block_unlink() removes a
 * leaf. */
void block_link(struct tree *tree, uint32_t left, uint32_t right);
void block_unlink(struct tree *tree, const struct tree_block *leaf);

#endif
