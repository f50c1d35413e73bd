/* SPDX-License-Identifier: MIT */
/*
 * A record of the tree's change in progress, so that it can be undone or finished if it is
 * broken off: a signal handler may leave it by siglongjmp(). The record has the change's
 * arguments from before it begins, and a copy of each leaf from before its entries move. Inner
 * blocks are not copied, since they follow from the leaves. Only the tree's own files and
 * salvage.c include this.
 */
#ifndef VALIMIT_CORE_TREE_JOURNAL_H
#define VALIMIT_CORE_TREE_JOURNAL_H

#include "tree.h"

/* Keeps the compiler from reordering. The processor needs no barrier, since the journal's
 * reader runs on the writer's thread. */
static inline void journal_in_order(void)
{
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
}

static inline bool journal_is_on(const struct tree_journal *journal)
{
	return journal && !journal->is_undone;
}

/* Records the beginning of tree_set(), or with `info` NULL of tree_clear(). Without a journal
 * (tree->journal is NULL) all functions here return at once. */
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

/* Ends a step: the entries are whole, and no leaf has to be restored. A change has one step, or
 * many if it takes out a long range. */
static inline void journal_step(struct tree *tree)
{
	journal_in_order();
	if (journal_is_on(tree->journal))
		tree->journal->leaves = 0;
	journal_in_order();
}

/* Records the change's end. */
static inline void journal_end(struct tree *tree)
{
	journal_step(tree);
	if (journal_is_on(tree->journal))
		tree->journal->change = TREE_RESTS;
}

/* Copies a leaf before its entries move or its block is freed. Only the first copy in a step
 * counts: a later one may show entries moved from another leaf. */
void journal_keep(struct tree *tree, const struct tree_block *leaf);

/* Restores the leaves to the end of the latest step. Until journal_redo() nothing is recorded. */
void journal_undo(struct tree *tree);

/* Runs the recorded change again, and clears the record. */
void journal_redo(struct tree *tree);

#endif
