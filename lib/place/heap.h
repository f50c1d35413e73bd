/* SPDX-License-Identifier: MIT */
/* The start of the brk heap under a fence. */
#ifndef VALIMIT_PLACE_HEAP_H
#define VALIMIT_PLACE_HEAP_H

#include "table/space.h"

/* Moves the start of a brk heap that lies outside the window, and is empty, to the inside.
 * Without room, or where the kernel refuses (prctl(PR_SET_MM)), the heap stays, and the
 * fence keeps it from growing. */
void heap_enter(struct space *space);

#endif
