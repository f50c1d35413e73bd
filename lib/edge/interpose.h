/* SPDX-License-Identifier: MIT */
/* The exported functions under names that no other module's can take the place
 * of, and what they share. */
#ifndef VALIMIT_EDGE_INTERPOSE_H
#define VALIMIT_EDGE_INTERPOSE_H

#include <stdint.h>

/* To be put behind the function's definition. */
#define OWN_NAME(name) \
	extern __typeof__(name) own_##name \
		__attribute__((alias(#name), visibility("hidden"), nothrow, leaf))

/* syscall(2) by a guest. */
long interpose_syscall(long number, const long a[6], uintptr_t caller);

#endif
