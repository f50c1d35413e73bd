/* SPDX-License-Identifier: MIT */
/* munmap. */
#ifndef VALIMIT_PLACE_OP_MUNMAP_H
#define VALIMIT_PLACE_OP_MUNMAP_H

#include "table/space.h"

/* What munmap(2) does. Under a fence what was outside the window is fenced in
 * the same step; the library's own memory stays. 0 or -errno. */
long unmap(struct space *space, uintptr_t address, size_t length);

#endif
