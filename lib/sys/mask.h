/* SPDX-License-Identifier: MIT */
/* Keeping signal handlers out, for the few operations that must not be interrupted:
 * it costs two system calls. */
#ifndef VALIMIT_SYS_MASK_H
#define VALIMIT_SYS_MASK_H

#include <stdint.h>

/* Blocks all signals of this thread. The mask that was in force. */
uint64_t mask_block(void);
void mask_restore(uint64_t mask);

#endif
