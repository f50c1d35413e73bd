/* SPDX-License-Identifier: MIT */
/*
 * The way that nearly all calls take under a fence: the kernel's, with a look at
 * the window before or after. It does without the gate; where the limits change
 * meanwhile, it says no, and the long way makes good what they have missed.
 */
#ifndef VALIMIT_EDGE_FAST_H
#define VALIMIT_EDGE_FAST_H

#include "kernel/move.h"
#include "kernel/space.h"

/* mmap of a guest's without an address. True with *result where that is the
 * answer; else nothing has happened. */
bool fast_mmap(struct space *space, size_t length, int prot, int flags, int fd, long offset,
	       long *result);

/* munmap. The same. */
bool fast_munmap(struct space *space, uintptr_t address, size_t length, long *result);

/* mremap of a guest's, without MREMAP_FIXED and MREMAP_DONTUNMAP. The same. */
bool fast_mremap(struct space *space, const struct remap *remap, long *result);

#endif
