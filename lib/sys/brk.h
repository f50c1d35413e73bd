/* SPDX-License-Identifier: MIT */
/* The heap of brk(2), which the kernel places behind the program. */
#ifndef VALIMIT_SYS_BRK_H
#define VALIMIT_SYS_BRK_H

#include <stdint.h>

/* The end of the heap, where it would grow. */
uintptr_t brk_now(void);

/* Has an empty heap begin at another address, a page boundary, by PR_SET_MM_MAP, which
 * takes no privilege. 0; -EBUSY: it is no longer empty; -EINVAL: this kernel cannot
 * (CONFIG_CHECKPOINT_RESTORE); or another -errno. */
long brk_move(uintptr_t start);

#endif
