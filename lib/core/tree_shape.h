/* SPDX-License-Identifier: MIT */
/*
 * The B+tree's shape: blocks, paths, inserting and removing entries. Of an interval's properties
 * it uses only those that keep neighbours apart. Only the tree's own files include this.
 */
#ifndef VALIMIT_CORE_TREE_SHAPE_H
#define VALIMIT_CORE_TREE_SHAPE_H

#include "tree.h"
#include "tree_block.h"

/* From the root (step 0) to a leaf. `index` is the child's, or in the leaf the entry's. A
 * change of shape makes the path invalid. */
struct path {
	uint32_t depth; /* steps; 0: the tree is empty */
	struct {
		uint32_t block;
		uint32_t index;
	} step[TREE_HEIGHT_MAX];
};

/* How many of the ascending `value` are at most `limit`. Counts whole groups, then within one.
 * It has no branches that depend on the data, since a mispredicted one costs more than all the
 * additions. */
static inline uint32_t shape_rank(const uint64_t *value, uint32_t count, uint64_t limit)
{
	uint32_t rank = 0, end;

	for (uint32_t i = 7; i < count; i += 8)
		rank += (uint32_t)(value[i] <= limit) * 8;
	end = rank + 8 < count ? rank + 8 : count;
	for (uint32_t i = rank; i < end; i++)
		rank += value[i] <= limit;
	return rank;
}

/* The path to the first entry whose end lies above `address`, or else to the place behind the
 * last entry. */
void shape_seek(const struct tree *tree, uintptr_t address, struct path *path);

/* The leaf and the index at a path's end. */
static inline struct tree_block *shape_leaf(const struct tree *tree, const struct path *path)
{
	return block_at(tree, path->step[path->depth - 1].block);
}

static inline uint32_t shape_index(const struct path *path)
{
	return path->step[path->depth - 1].index;
}

/* Whether touching intervals with these properties are one. Pieces of a segment stay apart,
 * since each has its own offset. */
static inline bool shape_may_merge(const struct mapping_info *a, const struct mapping_info *b)
{
	return a->kind == b->kind && a->flags == b->flags && a->owner == b->owner &&
	       !(a->flags & ENTRY_SHM);
}

/* Inserts an entry at the path; the caller ensures the order. */
void shape_insert(struct tree *tree, struct path *path, const struct entry *entry);

/* Splits the entry at the path: `right` becomes its end, with an info of its own. The two
 * touch, so no gap changes. The path then leads to the left one. */
void shape_divide(struct tree *tree, struct path *path, const struct entry *right);

/* Joins the entry at the path, whose info stays, with the next one, which it touches. */
void shape_join(struct tree *tree, struct path *path);

/* Gives the entry at the path a new extent. */
void shape_resize(struct tree *tree, const struct path *path, uint64_t start, uint64_t end);

/* Removes `count` entries of one leaf, from the path on. */
void shape_remove(struct tree *tree, const struct path *path, uint32_t count);

#endif
