/* SPDX-License-Identifier: MIT */
/* munmap(). */
#ifndef VALIMIT_PLACE_OP_MUNMAP_H
#define VALIMIT_PLACE_OP_MUNMAP_H

#include "table/space.h"

/* munmap(2). Under a fence the part outside the window becomes fence in the same step; the
 * library's own memory stays. 0 or -errno. */
long unmap(struct space *space, uintptr_t address, size_t length);

#endif
