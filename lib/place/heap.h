/* SPDX-License-Identifier: MIT */
/* Where the heap of brk(2) begins under a fence. */
#ifndef VALIMIT_PLACE_HEAP_H
#define VALIMIT_PLACE_HEAP_H

#include "table/space.h"

/* Has a heap that lies outside the window begin inside, as long as it is empty. Without
 * room, or where the kernel does not let it go, it stays, and the fence keeps it from
 * growing. */
void heap_enter(struct space *space);

#endif
