/* SPDX-License-Identifier: MIT */
#include "tree_journal.h"

#include "tree_block.h"

/* Its reader runs on the thread that writes it: only the compiler has to keep
 * the order. */
static void in_order(void)
{
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
}

static bool is_on(const struct tree_journal *journal)
{
	return journal && !journal->is_undone;
}

void journal_begin(struct tree *tree, uintptr_t start, uintptr_t end, const struct detail *detail)
{
	struct tree_journal *journal = tree->journal;

	if (!is_on(journal))
		return;
	journal->start = start;
	journal->end = end;
	if (detail)
		journal->detail = *detail;
	in_order();
	journal->change = detail ? TREE_SETS : TREE_CLEARS;
	in_order();
}

void journal_step(struct tree *tree)
{
	in_order();
	if (is_on(tree->journal))
		tree->journal->leaves = 0;
	in_order();
}

void journal_end(struct tree *tree)
{
	journal_step(tree);
	if (is_on(tree->journal))
		tree->journal->change = TREE_RESTS;
}

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

	if (!is_on(journal) || is_kept(journal, id))
		return;
	journal->id[journal->leaves] = id;
	journal->image[journal->leaves] = *leaf;
	in_order();
	journal->leaves++;
	in_order();
}

void journal_undo(struct tree *tree)
{
	struct tree_journal *journal = tree->journal;

	if (!journal)
		return;
	journal->is_undone = true;
	in_order();
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
		tree_set(tree, journal->start, journal->end, &journal->detail);
	else if (journal->change == TREE_CLEARS && tree_room(tree))
		tree_clear(tree, journal->start, journal->end);
	journal->leaves = 0;
	journal->change = TREE_RESTS;
	in_order();
	journal->is_undone = false;
}
