/* SPDX-License-Identifier: MIT */
/* munmap. */
#ifndef VALIMIT_KERNEL_UNMAP_H
#define VALIMIT_KERNEL_UNMAP_H

#include "space.h"

/* What munmap(2) does. Under a fence what was outside the window is fenced in
 * the same step; the library's own memory stays. 0 or -errno. */
long unmap(struct space *space, uintptr_t address, size_t length);

#endif
