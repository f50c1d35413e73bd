/* SPDX-License-Identifier: MIT */
/* A small generator: splitmix64. Any state is valid, and equal states give equal sequences. Not
 * for secrets. */
#ifndef VALIMIT_CORE_RANDOM_H
#define VALIMIT_CORE_RANDOM_H

#include <stdint.h>

/* The generator's next 64 bits. */
static inline uint64_t random_next(uint64_t *state)
{
	uint64_t x = *state += 0x9e3779b97f4a7c15UL;

	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9UL;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebUL;
	return x ^ (x >> 31);
}

#endif
