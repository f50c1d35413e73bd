/* SPDX-License-Identifier: MIT */
#include "tree.h"
#include "tree_shape.h"

struct check {
	const struct tree *tree;
	uint64_t end;      /* of the latest entry seen */
	uint32_t leaf;     /* the latest leaf seen */
	uint32_t blocks, entries;
	struct mapping_info info;
};

static bool is_marked_used(const struct tree *tree, uint32_t id)
{
	return id > 0 && id < tree->capacity && (tree->bitmap[id / 64] >> (id % 64) & 1);
}

static const char *check_leaf(struct check *walk, uint32_t id)
{
	const struct tree_block *leaf = block_at(walk->tree, id);

	if (leaf->previous != walk->leaf)
		return "a leaf's left link is wrong";
	if (walk->leaf && block_at(walk->tree, walk->leaf)->next != id)
		return "a leaf's right link is wrong";
	walk->leaf = id;
	for (uint32_t i = 0; i < leaf->count; i++) {
		const struct mapping_info *info = &leaf->leaf.info[i];

		if (leaf->leaf.start[i] >= leaf->leaf.end[i])
			return "an entry is empty";
		if (leaf->leaf.start[i] < walk->end)
			return "entries overlap or are out of order";
		if (leaf->leaf.start[i] == walk->end && walk->entries > 0 &&
		    shape_may_merge(info, &walk->info))
			return "equal neighbours did not merge";
		walk->end = leaf->leaf.end[i];
		walk->info = *info;
		walk->entries++;
	}
	return NULL;
}

static const char *check_block(struct check *walk, uint32_t id, uint32_t level)
{
	if (!is_marked_used(walk->tree, id))
		return "a block in the tree is not marked as used";

	const struct tree_block *block = block_at(walk->tree, id);

	walk->blocks++;
	if (block->level != level)
		return "a block has the wrong level";
	if (block->count == 0 || block->count > (level == 1 ? TREE_LEAF_MAX : TREE_INNER_MAX))
		return "a block's count is out of range";
	if (level == 1)
		return check_leaf(walk, id);
	for (uint32_t i = 0; i < block->count; i++) {
		const char *why = check_block(walk, block->inner.child[i], level - 1);

		if (why)
			return why;

		struct summary s = block_summary(block_at(walk->tree, block->inner.child[i]));

		if (s.start != block->inner.start[i] || s.end != block->inner.end[i])
			return "a child's extent is stale";
		if (s.gap != block->inner.gap[i])
			return "a child's largest gap is stale";
	}
	return NULL;
}

static uint32_t count_used(const struct tree *tree)
{
	uint32_t used = 0;

	for (uint32_t id = 1; id < tree->capacity; id++)
		used += is_marked_used(tree, id);
	return used;
}

const char *tree_check(const struct tree *tree)
{
	struct check walk = { .tree = tree };

	if ((tree->height == 0) != (tree->root == 0))
		return "an empty tree has a root, or a full one has none";
	if (tree->height > TREE_HEIGHT_MAX)
		return "the tree is too high";
	if (tree->height > 0) {
		const char *why = check_block(&walk, tree->root, tree->height);

		if (why)
			return why;
		if (block_at(tree, walk.leaf)->next != 0)
			return "the last leaf has a right neighbour";
	}
	if (walk.entries != tree->entries)
		return "the number of entries is wrong";
	if (walk.blocks != tree->used || count_used(tree) != tree->used)
		return "blocks leaked";
	for (uint32_t id = 1; id < tree->hint && id < tree->capacity; id++)
		if (!is_marked_used(tree, id))
			return "a free block lies below the hint";
	return NULL;
}
