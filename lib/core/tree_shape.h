/* SPDX-License-Identifier: MIT */
/*
 * The B+tree's shape: blocks, paths, inserting and removing entries. Only the
 * tree's own files include this; it knows nothing of what intervals mean.
 */
#ifndef VALIMIT_CORE_TREE_SHAPE_H
#define VALIMIT_CORE_TREE_SHAPE_H

#include "tree.h"
#include "tree_block.h"

/* From the root (step 0) to a leaf; `index` is the child, or in the leaf the
 * entry. Any change of shape makes it stale. */
struct path {
	uint32_t depth; /* steps; 0: the tree is empty */
	struct {
		uint32_t block;
		uint32_t index;
	} step[TREE_HEIGHT_MAX];
};

/* How many of the ascending `value` are at most `limit`. Whole groups first,
 * then within one, and without branches that depend on the data: one that is
 * mispredicted costs more than all the additions. */
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

/* The path to the first entry whose end lies above `address`; where there is
 * none, to the place behind the last entry. */
void shape_seek(const struct tree *tree, uintptr_t address, struct path *path);

/* The leaf and index of a path. */
static inline struct tree_block *shape_leaf(const struct tree *tree, const struct path *path)
{
	return block_at(tree, path->step[path->depth - 1].block);
}

static inline uint32_t shape_index(const struct path *path)
{
	return path->step[path->depth - 1].index;
}

/* Whether touching intervals with these details are one. Offsets keep pieces of
 * a segment apart. */
static inline bool shape_may_merge(const struct mapping_info *a, const struct mapping_info *b)
{
	return a->kind == b->kind && a->flags == b->flags && a->owner == b->owner &&
	       !(a->flags & ENTRY_SHM);
}

/* Puts an entry where the path points; the order is the caller's affair. */
void shape_insert(struct tree *tree, struct path *path, const struct entry *entry);

/* Makes two entries of the one at the path: `right` is its end, with a info of
 * its own. They touch, so no gap changes. The path then leads to the left one. */
void shape_divide(struct tree *tree, struct path *path, const struct entry *right);

/* Makes one entry of the one at the path, whose info stays, and of the next
 * one, which it touches. */
void shape_join(struct tree *tree, struct path *path);

/* Gives the entry at the path a new extent. */
void shape_resize(struct tree *tree, const struct path *path, uint64_t start, uint64_t end);

/* Removes `count` entries of one leaf, from where the path points. */
void shape_remove(struct tree *tree, const struct path *path, uint32_t count);

#endif
