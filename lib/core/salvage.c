/* SPDX-License-Identifier: MIT */
#include "salvage.h"

#include "tree_block.h"
#include "tree_journal.h"

/* As a block's mark: it belonged to the broken tree. */
#define BROKEN 1U

static bool is_used(const struct tree *tree, uint32_t id)
{
	return tree->bitmap[id / 64] >> (id % 64) & 1;
}

/* The allocator's numbers, which the broken change may have left behind. */
static void recount(struct tree *tree)
{
	tree->used = 0;
	for (uint32_t id = 1; id < tree->capacity; id++)
		tree->used += is_used(tree, id);
	tree->hint = 1;
}

static void begin(struct tree *tree)
{
	recount(tree);
	tree->root = tree->height = tree->entries = 0;
	for (uint32_t id = 1; id < tree->capacity; id++)
		if (is_used(tree, id))
			block_at(tree, id)->salvage = BROKEN;
}

static void take_entry(struct tree *tree, const struct tree_block *leaf, uint32_t index)
{
	uint64_t start = leaf->leaf.start[index], end = leaf->leaf.end[index];
	const struct mapping_info *info = &leaf->leaf.info[index];

	if (start < end && info->kind != KIND_NONE && info->kind < KIND_COUNT &&
	    tree_is_free(tree, start, end) && tree_room(tree))
		tree_set(tree, start, end, info);
}

static void take_leaf(struct tree *tree, const struct tree_block *leaf)
{
	uint32_t count = leaf->count < TREE_LEAF_MAX ? leaf->count : TREE_LEAF_MAX;

	for (uint32_t i = 0; i < count; i++)
		take_entry(tree, leaf, i);
}

static bool is_broken(const struct tree *tree, uint32_t id)
{
	return is_used(tree, id) && block_at(tree, id)->salvage == BROKEN;
}

void tree_salvage(struct tree *tree)
{
	journal_undo(tree);
	begin(tree);
	for (uint32_t id = 1; id < tree->capacity; id++)
		if (is_broken(tree, id) && block_at(tree, id)->level == 1)
			take_leaf(tree, block_at(tree, id));
	for (uint32_t id = 1; id < tree->capacity; id++)
		if (is_broken(tree, id))
			block_give(tree, id);
	journal_redo(tree);
}
