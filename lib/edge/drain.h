/* SPDX-License-Identifier: MIT */
/* The brk heap that lies outside the window. */
#ifndef VALIMIT_EDGE_DRAIN_H
#define VALIMIT_EDGE_DRAIN_H

#include "table/space.h"

/* Takes what malloc still has of a heap outside the window and never gives it
 * back, so that what the program gets lies inside. Call once, before main. */
void drain_heap(const struct space *space);

#endif
