/* SPDX-License-Identifier: MIT */
#include "aslr.h"

#include <linux/personality.h>

#include "sys/sys.h"

bool chance_wanted(const struct options *options)
{
	long persona = SYS(SYS_personality, 0xffffffffUL);

	return options->has_seed || sys_failed(persona) || !(persona & ADDR_NO_RANDOMIZE);
}

uint64_t chance_seed(const struct options *options, const uint64_t *given)
{
	uint64_t more = 0;

	if (options->has_seed)
		return options->seed;
	SYS(SYS_getrandom, &more, sizeof(more), 1U /* GRND_NONBLOCK */);
	return more ^ (given ? given[1] : (uint64_t)SYS(SYS_getpid, 0));
}
