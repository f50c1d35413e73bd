/* SPDX-License-Identifier: MIT */
#include "mask.h"

#include <signal.h>

#include "sys.h"

uint64_t mask_block(void)
{
	uint64_t all = UINT64_MAX, before = 0;

	SYS(SYS_rt_sigprocmask, SIG_SETMASK, &all, &before, sizeof(all));
	return before;
}

void mask_restore(uint64_t mask)
{
	SYS(SYS_rt_sigprocmask, SIG_SETMASK, &mask, 0, sizeof(mask));
}
