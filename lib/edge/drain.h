/* SPDX-License-Identifier: MIT */
/* The brk heap outside the window. */
#ifndef VALIMIT_EDGE_DRAIN_H
#define VALIMIT_EDGE_DRAIN_H

#include "table/space.h"

/* Takes all free chunks of a heap outside the window from malloc and never frees them, so that
 * the program's chunks lie inside. Called before main, and after a change of the window. */
void drain_heap(const struct space *space);

#endif
