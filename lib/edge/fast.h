/* SPDX-License-Identifier: MIT */
/*
 * The way that nearly all calls take under a fence: the kernel's, with a look at
 * the window before or after. It does without the gate; where the limits change
 * meanwhile, the long way (calls.h) makes good what they have missed, and takes
 * whatever is not plain.
 *
 * The exported functions end in these, and are no frame of their own meanwhile:
 * a return after a system call is one that the processor predicts wrong, as the
 * kernel's own have spoilt its memory of them. So all answer as libc's do: -1
 * and errno.
 */
#ifndef VALIMIT_EDGE_FAST_H
#define VALIMIT_EDGE_FAST_H

#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>

#include "calls.h"
#include "place/op_mmap.h"

long fast_munmap(uintptr_t address, size_t length, uintptr_t caller);

/* mmap without an address and without flags that ask for one. */
long fast_mmap(uintptr_t caller, size_t length, int prot, int flags, int fd, long offset);

static inline long fast_mmap_at(uintptr_t address, size_t length, int prot, int flags, int fd,
				long offset, uintptr_t caller)
{
	if (!address && !(flags & (MAP_FIXED | MAP_FIXED_NOREPLACE | MAP_LOW)))
		return fast_mmap(caller, length, prot, flags, fd, offset);
	return call_answer(call_mmap(address, length, prot, flags, fd, offset,
				     RANGE_NONE, caller));
}

/* mremap whose only flag may be MREMAP_MAYMOVE. */
long fast_mremap(uintptr_t old, size_t old_size, size_t new_size, int flags, uintptr_t caller);

static inline long fast_mremap_to(uintptr_t old, size_t old_size, size_t new_size, int flags,
				  uintptr_t new, uintptr_t caller)
{
	if (!(flags & ~MREMAP_MAYMOVE))
		return fast_mremap(old, old_size, new_size, flags, caller);
	return call_answer(call_mremap(old, old_size, new_size, flags, new,
				       RANGE_NONE, caller));
}

#endif
