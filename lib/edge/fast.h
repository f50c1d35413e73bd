/* SPDX-License-Identifier: MIT */
/*
 * The fast path: under a fence nearly all calls are passed to the kernel, with a check of the
 * window before or after. It does not enter the gate. If the window changes meanwhile, the slow
 * path (calls.h) repairs what the call has missed; it also takes all other calls.
 *
 * The exported functions end in a jump to these and have no frame of their own: the processor
 * mispredicts returns after a system call, since the kernel's returns have overwritten its
 * return stack. So these functions return -1 and set errno on failure, as libc's do.
 */
#ifndef VALIMIT_EDGE_FAST_H
#define VALIMIT_EDGE_FAST_H

#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>

#include "calls.h"
#include "place/op_mmap.h"

long fast_munmap(uintptr_t address, size_t length, uintptr_t caller);

/* mmap() without an address and without MAP_FIXED, MAP_FIXED_NOREPLACE and MAP_32BIT. */
long fast_mmap(uintptr_t caller, size_t length, int prot, int flags, int fd, long offset);

static inline long fast_mmap_at(uintptr_t address, size_t length, int prot, int flags, int fd,
				long offset, uintptr_t caller)
{
	if (!address && !(flags & (MAP_FIXED | MAP_FIXED_NOREPLACE | MAP_LOW)))
		return fast_mmap(caller, length, prot, flags, fd, offset);
	return call_answer(call_mmap(address, length, prot, flags, fd, offset,
				     RANGE_NONE, caller));
}

/* mremap() without flags other than MREMAP_MAYMOVE. */
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
