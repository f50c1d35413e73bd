/* SPDX-License-Identifier: MIT */
#include "record.h"

#include <stdio.h>

#include "explore.h"

#define KEPT 2048 /* the latest; a power of two */

static struct {
	int who;
	const char *what;
	long a, b;
} lines[KEPT];
static unsigned count;

void record_clear(void)
{
	count = 0;
}

void record_add(int who, const char *what, long a, long b)
{
	lines[count % KEPT].who = who;
	lines[count % KEPT].what = what;
	lines[count % KEPT].a = a;
	lines[count++ % KEPT].b = b;
}

void record_print(void)
{
	for (unsigned i = count > KEPT ? count - KEPT : 0; i < count; i++) {
		int who = lines[i % KEPT].who;

		printf("# %*s%c%d %s %#lx %#lx\n", who % EXPLORE_THREADS * 4, "",
		       who < EXPLORE_THREADS ? 'T' : 'H', who % EXPLORE_THREADS,
		       lines[i % KEPT].what, (unsigned long)lines[i % KEPT].a,
		       (unsigned long)lines[i % KEPT].b);
	}
}
