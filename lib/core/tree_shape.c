/* SPDX-License-Identifier: MIT */
#include "tree_shape.h"

#include <string.h>

#include "rare.h"
#include "tree_block.h"
#include "tree_change.h"
#include "tree_journal.h"

/* Two neighbours merge only if the result has room for two more items: otherwise the next
 * insertion would split it again. A block that is more than half full is left alone. */
#define LEAF_MERGED_MAX (TREE_LEAF_MAX - 2)
#define INNER_MERGED_MAX (TREE_INNER_MAX - 2)

/* Least room in a neighbour that justifies moving entries there. */
#define SPILL_ROOM_MIN 4

void shape_seek(const struct tree *tree, uintptr_t address, struct path *path)
{
	uint32_t id = tree->root;

	path->depth = tree->height;
	for (uint32_t d = 0; d + 1 < tree->height; d++) {
		const struct tree_block *block = block_at(tree, id);
		uint32_t index = shape_rank(block->inner.end, block->count, address);

		if (index == block->count)
			index--;
		path->step[d].block = id;
		path->step[d].index = index;
		id = block->inner.child[index];
	}
	if (tree->height > 0) {
		const struct tree_block *leaf = block_at(tree, id);

		path->step[tree->height - 1].block = id;
		path->step[tree->height - 1].index =
			shape_rank(leaf->leaf.end, leaf->count, address);
	}
}

/* Adds a root above the root, so that the old one can be split. */
static void grow(struct tree *tree, struct path *path)
{
	uint32_t id = block_take(tree, (uint8_t)(tree->height + 1));
	struct tree_block *root = block_at(tree, id);

	root->count = 1;
	root->inner.child[0] = tree->root;
	change_refresh(tree, root, 0);
	memmove(&path->step[1], &path->step[0], path->depth * sizeof(path->step[0]));
	path->step[0].block = id;
	path->step[0].index = 0;
	path->depth++;
	tree->root = id;
	tree->height++;
}

/* Splits the full block at `depth`; its parent has room. A path to the block's first or last
 * item leaves nearly all items in one block, since mappings come in rising or falling order.
 * The grandparent's copy of the parent stays right. */
static void split(struct tree *tree, struct path *path, uint32_t depth)
{
	uint32_t left_id = path->step[depth].block, index = path->step[depth].index;
	struct tree_block *left = block_at(tree, left_id);
	struct tree_block *parent = block_at(tree, path->step[depth - 1].block);
	uint32_t at = path->step[depth - 1].index;
	uint32_t pivot = left->count / 2U;

	if (index == 0)
		pivot = 1;
	else if (index + 1U >= left->count)
		pivot = left->count - 1U;

	if (left->level == 1)
		journal_keep(tree, left);

	uint32_t right_id = block_take(tree, left->level);
	struct tree_block *right = block_at(tree, right_id);

	block_move(right, 0, left, pivot, left->count - pivot);
	right->count = (uint16_t)(left->count - pivot);
	left->count = (uint16_t)pivot;
	if (left->level == 1)
		block_link(tree, left_id, right_id);
	block_open(parent, at + 1);
	parent->inner.child[at + 1] = right_id;
	change_refresh(tree, parent, at);
	change_refresh(tree, parent, at + 1);
	if (index >= pivot) {
		path->step[depth].block = right_id;
		path->step[depth].index = index - pivot;
		path->step[depth - 1].index++;
	}
}

static void make_room(struct tree *tree, struct path *path)
{
	uint32_t depth = path->depth;

	while (depth > 0 && block_full(block_at(tree, path->step[depth - 1].block)))
		depth--;
	if (depth == 0) {
		grow(tree, path);
		depth = 1;
	}
	for (; depth < path->depth; depth++)
		split(tree, path, depth);
}

/* Moves `count` entries from the leaf's end to the front of its right neighbour, and the path
 * with them. */
static void spill_right(struct tree *tree, struct path *path, uint32_t count)
{
	struct tree_block *leaf = shape_leaf(tree, path);
	uint32_t *index = &path->step[path->depth - 1].index;
	struct tree_block *right = block_at(tree, leaf->next);

	journal_keep(tree, leaf);
	journal_keep(tree, right);
	block_move(right, count, right, 0, right->count);
	right->count = (uint16_t)(right->count + count);
	leaf->count = (uint16_t)(leaf->count - count);
	block_move(right, 0, leaf, leaf->count, count);
	if (*index >= leaf->count) {
		*index -= leaf->count;
		path->step[path->depth - 1].block = leaf->next;
		path->step[path->depth - 2].index++;
	}
}

static void spill_left(struct tree *tree, struct path *path, uint32_t count)
{
	struct tree_block *leaf = shape_leaf(tree, path);
	uint32_t *index = &path->step[path->depth - 1].index;
	struct tree_block *left = block_at(tree, leaf->previous);
	uint32_t old = left->count;

	journal_keep(tree, leaf);
	journal_keep(tree, left);
	left->count = (uint16_t)(old + count);
	block_move(left, old, leaf, 0, count);
	block_close(leaf, 0, count);
	if (*index < count) {
		*index += old;
		path->step[path->depth - 1].block = leaf->previous;
		path->step[path->depth - 2].index--;
	} else {
		*index -= count;
	}
}

/* How many entries a full leaf gives to the neighbour at `at` of the same parent; 0 if that is
 * nearly full, or if `at` is beyond either end. */
static uint32_t spare(const struct tree *tree, const struct tree_block *parent, uint32_t at)
{
	if (at >= parent->count)
		return 0;

	uint32_t room = TREE_LEAF_MAX - block_at(tree, parent->inner.child[at])->count;

	return room >= SPILL_ROOM_MIN ? room / 2 : 0;
}

/* Makes room in a full leaf by giving entries to a neighbour. Splits alone would leave blocks
 * half empty where mappings come in order between others. */
static bool spill(struct tree *tree, struct path *path)
{
	if (path->depth < 2)
		return false;

	struct tree_block *parent = block_at(tree, path->step[path->depth - 2].block);
	uint32_t at = path->step[path->depth - 2].index;
	uint32_t right = spare(tree, parent, at + 1);
	uint32_t left = right ? 0 : spare(tree, parent, at - 1);

	if (right)
		spill_right(tree, path, right);
	else if (left)
		spill_left(tree, path, left);
	else
		return false;
	change_refresh(tree, parent, at);
	change_refresh(tree, parent, right ? at + 1 : at - 1);
	return true;
}

static void put(struct tree *tree, const struct path *path, const struct entry *entry)
{
	struct tree_block *leaf = shape_leaf(tree, path);
	uint32_t index = shape_index(path);
	struct change change = { 0, 0 };

	journal_keep(tree, leaf);
	block_open(leaf, index);
	leaf->leaf.start[index] = entry->start;
	leaf->leaf.end[index] = entry->end;
	leaf->leaf.info[index] = entry->info;
	tree->entries++;
	if (index > 0)
		change_note(&change, 0, entry->start - leaf->leaf.end[index - 1]);
	if (index + 1U < leaf->count)
		change_note(&change, 0, leaf->leaf.start[index + 1] - entry->end);
	if (index > 0 && index + 1U < leaf->count)
		change_note(&change, leaf->leaf.start[index + 1] - leaf->leaf.end[index - 1], 0);
	change_carry(tree, path, change);
}

static RARE void open_full(struct tree *tree, struct path *path)
{
	if (!spill(tree, path))
		make_room(tree, path);
}

static void open_leaf(struct tree *tree, struct path *path)
{
	if (block_full(shape_leaf(tree, path)))
		open_full(tree, path);
}

void shape_insert(struct tree *tree, struct path *path, const struct entry *entry)
{
	if (tree->height == 0) {
		tree->root = block_take(tree, 1);
		tree->height = 1;
		path->depth = 1;
		path->step[0].block = tree->root;
		path->step[0].index = 0;
	}
	open_leaf(tree, path);
	put(tree, path, entry);
}

void shape_divide(struct tree *tree, struct path *path, const struct entry *right)
{
	open_leaf(tree, path);

	struct tree_block *leaf = shape_leaf(tree, path);
	uint32_t index = shape_index(path);

	journal_keep(tree, leaf);
	block_open(leaf, index + 1);
	leaf->leaf.end[index] = right->start;
	leaf->leaf.start[index + 1] = right->start;
	leaf->leaf.end[index + 1] = right->end;
	leaf->leaf.info[index + 1] = right->info;
	tree->entries++;
}

void shape_resize(struct tree *tree, const struct path *path, uint64_t start, uint64_t end)
{
	struct tree_block *leaf = shape_leaf(tree, path);
	uint32_t index = shape_index(path);
	struct change change = { 0, 0 };

	change_sides(&change, leaf, index,
		     (struct extents){ leaf->leaf.start[index], leaf->leaf.end[index],
				       start, end });
	leaf->leaf.start[index] = start;
	leaf->leaf.end[index] = end;
	change_carry(tree, path, change);
}

/* Merges the child at `index` of the parent with the child to its right. */
static void merge(struct tree *tree, struct tree_block *parent, uint32_t index)
{
	uint32_t right_id = parent->inner.child[index + 1];
	struct tree_block *left = block_at(tree, parent->inner.child[index]);
	struct tree_block *right = block_at(tree, right_id);

	if (right->level == 1)
		journal_keep(tree, right);
	block_move(left, left->count, right, 0, right->count);
	left->count = (uint16_t)(left->count + right->count);
	if (right->level == 1)
		block_unlink(tree, right);
	block_give(tree, right_id);
	block_close(parent, index + 1, 1);
	change_refresh(tree, parent, index);
}

/* Repairs the balance at the child where the path leaves `depth`: frees an empty child, and
 * merges a poor one with a neighbour that has room. */
static void mend(struct tree *tree, const struct path *path, uint32_t depth)
{
	struct tree_block *parent = block_at(tree, path->step[depth].block);
	uint32_t index = path->step[depth].index;
	uint32_t id = parent->inner.child[index];
	struct tree_block *child = block_at(tree, id);
	uint32_t limit = child->level == 1 ? LEAF_MERGED_MAX : INNER_MERGED_MAX;

	if (child->count == 0) {
		if (child->level == 1)
			block_unlink(tree, child);
		block_give(tree, id);
		block_close(parent, index, 1);
		return;
	}
	change_refresh(tree, parent, index);
	if (child->count > limit / 2)
		return;
	if (index > 0 &&
	    child->count + block_at(tree, parent->inner.child[index - 1])->count <= limit)
		merge(tree, parent, index - 1);
	else if (index + 1U < parent->count &&
		 child->count + block_at(tree, parent->inner.child[index + 1])->count <= limit)
		merge(tree, parent, index);
}

static void shrink(struct tree *tree)
{
	while (tree->height > 0) {
		uint32_t id = tree->root;
		const struct tree_block *root = block_at(tree, id);

		if (root->count > (root->level == 1 ? 0 : 1))
			return;
		tree->root = root->count ? root->inner.child[0] : 0;
		tree->height = root->count ? tree->height - 1 : 0;
		block_give(tree, id);
	}
}

/* Removes items from the path's leaf, and shrinks the tree with it. */
static void drop(struct tree *tree, const struct path *path, uint32_t index, uint32_t count,
		 struct change change)
{
	struct tree_block *leaf = shape_leaf(tree, path);

	if (index + count < leaf->count)
		journal_keep(tree, leaf);
	block_close(leaf, index, count);
	tree->entries -= count;
	if (leaf->count > LEAF_MERGED_MAX / 2) {
		change_carry(tree, path, change);
		return;
	}
	for (uint32_t depth = path->depth - 1; depth-- > 0;)
		mend(tree, path, depth);
	shrink(tree);
}

void shape_remove(struct tree *tree, const struct path *path, uint32_t count)
{
	const struct tree_block *leaf = shape_leaf(tree, path);
	uint32_t index = shape_index(path), after = index + count;
	struct change change = { 0, 0 };

	for (uint32_t i = index > 0 ? index : 1; i <= after && i < leaf->count; i++)
		change_note(&change, leaf->leaf.start[i] - leaf->leaf.end[i - 1], 0);
	if (index > 0 && after < leaf->count)
		change_note(&change, 0, leaf->leaf.start[after] - leaf->leaf.end[index - 1]);
	drop(tree, path, index, count, change);
}

void shape_join(struct tree *tree, struct path *path)
{
	struct tree_block *leaf = shape_leaf(tree, path);
	uint32_t index = shape_index(path);

	if (index + 1U < leaf->count) {
		leaf->leaf.end[index] = leaf->leaf.end[index + 1];
		drop(tree, path, index + 1, 1, (struct change){ 0, 0 });
		return;
	}

	uint64_t start = leaf->leaf.start[index];
	uint64_t end = block_at(tree, leaf->next)->leaf.end[0];

	journal_keep(tree, block_at(tree, leaf->next));
	shape_seek(tree, leaf->leaf.end[index], path);
	shape_remove(tree, path, 1);
	shape_seek(tree, start, path);
	shape_resize(tree, path, start, end);
}
