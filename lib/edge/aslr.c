/* SPDX-License-Identifier: MIT */
#include "aslr.h"

#include <linux/personality.h>

#include "sys/sys.h"

bool aslr_wanted(const struct options *options)
{
	long persona = SYS(SYS_personality, 0xffffffffUL);

	return options->has_seed || sys_failed(persona) || !(persona & ADDR_NO_RANDOMIZE);
}

uint64_t aslr_number(void)
{
	uint64_t number = 0;

	SYS(SYS_getrandom, &number, sizeof(number), 1U /* GRND_NONBLOCK */);
	return number;
}

uint64_t aslr_seed(const struct options *options, uint64_t more, const uint64_t *given)
{
	if (options->has_seed)
		return options->seed;
	return more ^ (given ? given[1] : (uint64_t)SYS(SYS_getpid, 0));
}
