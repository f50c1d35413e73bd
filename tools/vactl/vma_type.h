/* SPDX-License-Identifier: MIT */
/* What a mapping is used for, as far as the kernel's list tells. Pure. */
#ifndef VACTL_VMA_TYPE_H
#define VACTL_VMA_TYPE_H

#include "vmas.h"

/* "stack", "heap", "arena", "image", "file", "shm", "vdso", "table", "reserve" or
 * "data". `vma` is one of the list. */
const char *vma_type(const struct vmas *vmas, const struct procmaps_line *vma);

#endif
