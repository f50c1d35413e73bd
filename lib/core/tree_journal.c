/* SPDX-License-Identifier: MIT */
#include "tree_journal.h"

#include "tree_block.h"

static bool is_kept(const struct tree_journal *journal, uint32_t id)
{
	for (uint32_t i = 0; i < journal->leaves; i++)
		if (journal->id[i] == id)
			return true;
	return false;
}

void journal_keep(struct tree *tree, const struct tree_block *leaf)
{
	struct tree_journal *journal = tree->journal;
	uint32_t id = (uint32_t)(leaf - tree->block);

	if (!journal_is_on(journal) || is_kept(journal, id))
		return;
	journal->id[journal->leaves] = id;
	journal->image[journal->leaves] = *leaf;
	journal_in_order();
	journal->leaves++;
	journal_in_order();
}

void journal_undo(struct tree *tree)
{
	struct tree_journal *journal = tree->journal;

	if (!journal)
		return;
	journal->is_undone = true;
	journal_in_order();
	for (uint32_t i = 0; i < journal->leaves; i++) {
		uint32_t id = journal->id[i];

		*block_at(tree, id) = journal->image[i];
		tree->bitmap[id / 64] |= 1UL << (id % 64);
	}
}

void journal_redo(struct tree *tree)
{
	struct tree_journal *journal = tree->journal;

	if (!journal)
		return;
	if (journal->change == TREE_SETS && tree_room(tree))
		tree_set(tree, journal->start, journal->end, &journal->info);
	else if (journal->change == TREE_CLEARS && tree_room(tree))
		tree_clear(tree, journal->start, journal->end);
	journal->leaves = 0;
	journal->change = TREE_RESTS;
	journal_in_order();
	journal->is_undone = false;
}
