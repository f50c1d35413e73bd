/* SPDX-License-Identifier: MIT */
/* Keeps signal handlers out of the few operations that must not be interrupted, at the price of
 * two system calls. */
#ifndef VALIMIT_SYS_MASK_H
#define VALIMIT_SYS_MASK_H

#include <stdint.h>

/* mask_block() blocks all signals of this thread and returns the previous mask, for
 * mask_restore(). */
uint64_t mask_block(void);
void mask_restore(uint64_t mask);

#endif
