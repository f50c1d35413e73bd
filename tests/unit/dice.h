/* SPDX-License-Identifier: MIT */
/*
 * Random numbers that can be had again: the seed is TEST_SEED from the
 * environment, or the time, and is printed before the test starts.
 */
#ifndef VALIMIT_TESTS_DICE_H
#define VALIMIT_TESTS_DICE_H

#include <inttypes.h>
#include <time.h>

#include "unit.h"

struct dice {
	uint64_t seed, state;
};

static inline struct dice dice_new(const char *test)
{
	const char *text = getenv("TEST_SEED");
	uint64_t seed = text ? strtoull(text, NULL, 0) : (uint64_t)time(NULL);

	print_message("# seed %" PRIu64 " for %s: TEST_SEED=%" PRIu64 " replays it\n", seed, test,
		      seed);
	return (struct dice){ seed, seed };
}

static inline uint64_t dice_bits(struct dice *dice)
{
	uint64_t x = dice->state += 0x9e3779b97f4a7c15;

	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
	x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
	return x ^ (x >> 31);
}

/* 0 to sides - 1 */
static inline uint32_t dice_roll(struct dice *dice, uint32_t sides)
{
	return (uint32_t)(dice_bits(dice) % sides);
}

#endif
