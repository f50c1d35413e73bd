/* SPDX-License-Identifier: MIT */
#include "choice.h"

#include <stdlib.h>

#define MAX_CHOICES 8192

/* The choices of this run, and of how many each was one. */
static struct {
	int taken, of;
} choices[MAX_CHOICES];
static int chosen, known;

static bool at_random;
static uint64_t state;

static uint64_t roll(void)
{
	uint64_t x = state += 0x9e3779b97f4a7c15;

	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
	x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
	return x ^ (x >> 31);
}

void choice_start(bool random)
{
	at_random = random;
	known = 0;
}

void choice_begin(uint64_t seed)
{
	state = seed;
	chosen = 0;
}

int choice_take(int of)
{
	if (of == 1)
		return 0;
	if (at_random)
		return (int)(roll() % (uint64_t)of);
	if (chosen == MAX_CHOICES)
		abort();
	if (chosen == known) {
		choices[known].taken = 0;
		choices[known++].of = of;
	}
	return choices[chosen++].taken;
}

int choice_prefer_first(int of)
{
	if (at_random && roll() % 4 != 0)
		return 0;
	return choice_take(of);
}

bool choice_next(void)
{
	while (known > 0 && choices[known - 1].taken + 1 == choices[known - 1].of)
		known--;
	if (known == 0)
		return false;
	choices[known - 1].taken++;
	return true;
}
