/* SPDX-License-Identifier: MIT */
/* Repair of a tree whose change was broken off and will never be finished. */
#ifndef VALIMIT_CORE_SALVAGE_H
#define VALIMIT_CORE_SALVAGE_H

#include "tree.h"

/*
 * Builds the tree anew from the entries in its leaves; the result passes tree_check(). With a
 * journal the broken change is finished and no other entry is lost. Without a journal, the
 * entries that the change was moving may be lost, or have a neighbour's extent.
 */
void tree_salvage(struct tree *tree);

#endif
