/* SPDX-License-Identifier: MIT */
/* A tree whose change was broken off, and will never be finished. */
#ifndef VALIMIT_CORE_SALVAGE_H
#define VALIMIT_CORE_SALVAGE_H

#include "tree.h"

/*
 * Builds the tree anew from the entries in its leaves; the result passes
 * tree_check(). With a journal the broken change is finished, and no other entry is
 * lost. Without one, of the entries that it was moving, within one leaf or between two,
 * some may be lost, or have the extent of a neighbour.
 */
void tree_salvage(struct tree *tree);

#endif
