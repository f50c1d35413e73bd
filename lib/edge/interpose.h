/* SPDX-License-Identifier: MIT */
/* Hidden names of the exported functions, which no other module's functions can replace, and
 * the code that they share. */
#ifndef VALIMIT_EDGE_INTERPOSE_H
#define VALIMIT_EDGE_INTERPOSE_H

#include <stdint.h>

/* Defines own_NAME; stands behind the function's definition. */
#define OWN_NAME(name) \
	extern __typeof__(name) own_##name \
		__attribute__((alias(#name), visibility("hidden"), nothrow, leaf))

/* Makes a guest's syscall(2). */
long interpose_syscall(long number, const long a[6], uintptr_t caller);

#endif
