/* SPDX-License-Identifier: MIT */
/* The brk heap, which the kernel places behind the program. */
#ifndef VALIMIT_SYS_BRK_H
#define VALIMIT_SYS_BRK_H

#include <stdint.h>

/* The heap's end. */
uintptr_t brk_now(void);

/* Moves an empty heap to another page boundary by PR_SET_MM_MAP, which needs no privilege.
 * Returns 0; -EBUSY: the heap is not empty; -EINVAL: the kernel lacks
 * CONFIG_CHECKPOINT_RESTORE; or another -errno. */
long brk_move(uintptr_t start);

#endif
