/* SPDX-License-Identifier: MIT */
/*
 * What a change of the tree does, so that it can be taken back or finished if it is
 * broken off: a signal handler may leave it by siglongjmp(). The change is written down
 * before it begins, and so is each leaf before its entries move. Inner blocks are not:
 * they follow from the leaves. Only the tree's own files and salvage.c include this.
 */
#ifndef VALIMIT_CORE_TREE_JOURNAL_H
#define VALIMIT_CORE_TREE_JOURNAL_H

#include "tree.h"

/* Its reader runs on the thread that writes it: only the compiler has to keep
 * the order. */
static inline void journal_in_order(void)
{
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
}

static inline bool journal_is_on(const struct tree_journal *journal)
{
	return journal && !journal->is_undone;
}

/* Before tree_set() or, with NULL, tree_clear(). Without a journal (tree->journal is NULL)
 * all of this does nothing. */
static inline void journal_begin(struct tree *tree, uintptr_t start, uintptr_t end,
				 const struct mapping_info *info)
{
	struct tree_journal *journal = tree->journal;

	if (!journal_is_on(journal))
		return;
	journal->start = start;
	journal->end = end;
	if (info)
		journal->info = *info;
	journal_in_order();
	journal->change = info ? TREE_SETS : TREE_CLEARS;
	journal_in_order();
}

/* The entries are whole, and no leaf has to go back. A change has one such step, or
 * many where it takes out a long range. */
static inline void journal_step(struct tree *tree)
{
	journal_in_order();
	if (journal_is_on(tree->journal))
		tree->journal->leaves = 0;
	journal_in_order();
}

/* When the change is done. */
static inline void journal_end(struct tree *tree)
{
	journal_step(tree);
	if (journal_is_on(tree->journal))
		tree->journal->change = TREE_RESTS;
}

/* Before a leaf's entries move or its block goes. The latest ones may be copies of what
 * another leaf had in the same step: the first is taken. */
void journal_keep(struct tree *tree, const struct tree_block *leaf);

/* Takes the leaves back to the latest step. What is done until journal_redo() is not
 * written down. */
void journal_undo(struct tree *tree);

/* Does what was to be done. */
void journal_redo(struct tree *tree);

#endif
