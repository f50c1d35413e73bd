/* SPDX-License-Identifier: MIT */
#include "tree.h"

#include "tree_journal.h"
#include "tree_shape.h"

/* The cursor to where a path leads. */
static struct cursor cursor_at(const struct tree *tree, const struct path *path)
{
	/* Behind the last entry there is nothing in the whole tree: an inner
	 * block sends an address to the last child only where none ends above. */
	if (path->depth == 0 || shape_index(path) == shape_leaf(tree, path)->count)
		return (struct cursor){ 0 };
	return (struct cursor){ path->step[path->depth - 1].block, shape_index(path) };
}

struct cursor tree_seek(const struct tree *tree, uintptr_t address)
{
	struct path path;

	shape_seek(tree, address, &path);
	return cursor_at(tree, &path);
}

struct cursor tree_first(const struct tree *tree)
{
	return tree_seek(tree, 0);
}

struct cursor tree_next(const struct tree *tree, struct cursor at)
{
	const struct tree_block *leaf = block_at(tree, at.leaf);

	if (at.leaf == 0)
		return at;
	if (at.index + 1U < leaf->count)
		return (struct cursor){ at.leaf, at.index + 1 };
	return (struct cursor){ leaf->next, 0 };
}

struct cursor tree_previous(const struct tree *tree, struct cursor at)
{
	if (at.leaf == 0)
		return at;
	if (at.index > 0)
		return (struct cursor){ at.leaf, at.index - 1 };

	uint32_t left = block_at(tree, at.leaf)->previous;

	return (struct cursor){ left, left ? block_at(tree, left)->count - 1U : 0 };
}

static struct entry entry_at(const struct tree_block *leaf, uint32_t index)
{
	return (struct entry){ leaf->leaf.start[index], leaf->leaf.end[index],
			       leaf->leaf.info[index] };
}

bool tree_entry(const struct tree *tree, struct cursor at, struct entry *entry)
{
	if (at.leaf == 0)
		return false;
	*entry = entry_at(block_at(tree, at.leaf), at.index);
	return true;
}

bool tree_find(const struct tree *tree, uintptr_t address, struct entry *entry)
{
	return tree_entry(tree, tree_seek(tree, address), entry) && entry->start <= address;
}

/* Whether the cursor's entry begins below `end`. */
static bool is_touched(const struct tree *tree, struct cursor at, uintptr_t end)
{
	return at.leaf && block_at(tree, at.leaf)->leaf.start[at.index] < end;
}

bool tree_is_free(const struct tree *tree, uintptr_t start, uintptr_t end)
{
	return !is_touched(tree, tree_seek(tree, start), end);
}

/* Cuts the head of an entry off; a segment's offset moves with its start. */
static void cut_head(struct entry *entry, uintptr_t start)
{
	if (entry->info.flags & ENTRY_SHM)
		entry->info.page += (uint32_t)((start - entry->start) >> 12);
	entry->start = start;
}

/* One end moves at most, in one store; only with a segment's offset it has to move
 * together. */
static void write_entry(struct tree *tree, const struct path *path, const struct entry *entry)
{
	struct tree_block *leaf = shape_leaf(tree, path);
	struct mapping_info *info = &leaf->leaf.info[shape_index(path)];

	if (info->page != entry->info.page)
		journal_keep(tree, leaf);
	*info = entry->info;
	shape_resize(tree, path, entry->start, entry->end);
}

/* Takes [start, end) out of the middle of the entry at the path. */
static void cut_out(struct tree *tree, struct path *path, uintptr_t start, uintptr_t end)
{
	struct entry right = entry_at(shape_leaf(tree, path), shape_index(path));
	uintptr_t first = right.start;

	cut_head(&right, end);
	shape_divide(tree, path, &right);
	shape_resize(tree, path, first, start);
}

/* Takes out the entries of one leaf, from the path on, that end at or below
 * `end`. Whether the next one begins below it too. */
static bool remove_covered(struct tree *tree, struct path *path, uintptr_t end)
{
	const struct tree_block *leaf = shape_leaf(tree, path);
	struct cursor at = cursor_at(tree, path);
	uint32_t count = shape_rank(&leaf->leaf.end[at.index], leaf->count - at.index, end);

	at.index += count - 1;

	bool more = is_touched(tree, tree_next(tree, at), end);

	shape_remove(tree, path, count);
	return more;
}

/* Takes [start, end) out of the first entry that it touches, and out of as many
 * more as one change of shape can take. Whether any may be left. */
static bool clear_first(struct tree *tree, struct path *path, uintptr_t start, uintptr_t end)
{
	struct entry entry;

	if (!tree_entry(tree, cursor_at(tree, path), &entry) || entry.start >= end)
		return false;
	if (entry.start >= start && entry.end <= end)
		return remove_covered(tree, path, end);

	bool more = entry.end < end;

	if (entry.start < start && entry.end > end) {
		cut_out(tree, path, start, end);
	} else if (entry.start < start) {
		entry.end = start;
		write_entry(tree, path, &entry);
	} else {
		cut_head(&entry, end);
		write_entry(tree, path, &entry);
	}
	return more;
}

static void clear(struct tree *tree, uintptr_t start, uintptr_t end)
{
	struct path path;

	do {
		journal_step(tree);
		shape_seek(tree, start, &path);
	} while (clear_first(tree, &path, start, end));
	journal_step(tree);
}

void tree_clear(struct tree *tree, uintptr_t start, uintptr_t end)
{
	journal_begin(tree, start, end, NULL);
	clear(tree, start, end);
	journal_end(tree);
}

/* The entries on both sides of a new one, where they touch and may merge: one begins at
 * `start`, the other ends at `end`. */
struct neighbours {
	bool left, right;
	uintptr_t start, end;
};

static struct neighbours find_neighbours(const struct tree *tree, const struct path *path,
					 const struct entry *entry)
{
	struct neighbours n = { .left = false, .right = false };

	if (path->depth == 0)
		return n;

	struct cursor here = { path->step[path->depth - 1].block, shape_index(path) };
	struct cursor before = { here.leaf, here.index - 1 };
	const struct tree_block *leaf;

	if (here.index == 0)
		before = tree_previous(tree, here);
	leaf = block_at(tree, before.leaf);
	n.left = before.leaf && leaf->leaf.end[before.index] == entry->start &&
		 shape_may_merge(&leaf->leaf.info[before.index], &entry->info);
	if (n.left)
		n.start = leaf->leaf.start[before.index];
	leaf = block_at(tree, here.leaf);
	n.right = here.index < leaf->count && leaf->leaf.start[here.index] == entry->end &&
		  shape_may_merge(&leaf->leaf.info[here.index], &entry->info);
	if (n.right)
		n.end = leaf->leaf.end[here.index];
	return n;
}

/* Puts an entry where nothing is; the path leads there. */
static void add(struct tree *tree, struct path *path, struct entry entry)
{
	struct neighbours n = find_neighbours(tree, path, &entry);

	if (!n.left && !n.right) {
		shape_insert(tree, path, &entry);
		return;
	}
	if (!n.left) {
		entry.end = n.end;
		write_entry(tree, path, &entry);
		return;
	}
	entry.start = n.start;
	if (shape_index(path) > 0)
		path->step[path->depth - 1].index--;
	else
		shape_seek(tree, entry.start, path);
	write_entry(tree, path, &entry);
	if (n.right)
		shape_join(tree, path);
}

void tree_set(struct tree *tree, uintptr_t start, uintptr_t end, const struct mapping_info *info)
{
	struct path path;

	journal_begin(tree, start, end, info);
	shape_seek(tree, start, &path);
	if (is_touched(tree, cursor_at(tree, &path), end)) {
		clear(tree, start, end);
		shape_seek(tree, start, &path);
	}
	add(tree, &path, (struct entry){ start, end, *info });
	journal_end(tree);
}
