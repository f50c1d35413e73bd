/* SPDX-License-Identifier: MIT */
/* The main thread's stack: it grows, and a fence must not be in its way. */
#ifndef VALIMIT_KERNEL_STACK_H
#define VALIMIT_KERNEL_STACK_H

#include "space.h"

/* The lowest address that the main stack may grow to. */
uintptr_t stack_lowest(const struct space *space);

/* Bytes below the main stack's present end that belong to it: all that it may
 * grow to, and the kernel's guard gap. */
size_t stack_room(const struct space *space);

/* Grows the main stack to there at once, so that what is left below it can be
 * fenced without a gap that the kernel could fall back to. */
void stack_grow(struct space *space);

#endif
