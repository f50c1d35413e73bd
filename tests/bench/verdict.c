/* SPDX-License-Identifier: MIT */
/*
 * What it costs to find out whose a call is, by the module that it comes from:
 * with no globs, with one, and with many, for a caller that was seen before;
 * in turns.
 *
 *	verdict [TURNS]
 */
#include "bench.h"

#include "edge/module.h"

#define CALLS 10000 /* in a turn */
#define WAYS 3

/* A caller in this program, and one in libc. */
static double turn_ns(uintptr_t caller)
{
	volatile enum kind kind;
	uint64_t start = now_ns();

	for (int i = 0; i < CALLS; i++)
		kind = module_kind(caller);
	(void)kind;
	return (double)(now_ns() - start) / CALLS;
}

/* The clock and the loop themselves. */
static double empty_ns(void)
{
	volatile uintptr_t sink;
	uint64_t start = now_ns();

	for (uintptr_t i = 0; i < CALLS; i++)
		sink = i;
	(void)sink;
	return (double)(now_ns() - start) / CALLS;
}

int main(int argc, char **argv)
{
	size_t turns = argc > 1 ? strtoul(argv[1], NULL, 0) : 500;
	const char *const names[WAYS] = { "the loop alone", "a caller in the program",
					  "a caller in libc" };
	double *ns[WAYS];

	for (int way = 0; way < WAYS; way++)
		if (!(ns[way] = calloc(turns, sizeof(**ns))))
			die("out of memory");
	printf("whose a call is, without globs: ");
	for (size_t turn = 0; turn < turns; turn++)
		ns[0][turn] = turn_ns((uintptr_t)main);
	printf("%.1f ns\n", median(ns[0], turns));
	if (module_rules("libGL*:libvulkan*:libX11*:*/host/*", NULL))
		die("verdict: the globs are not taken");
	for (size_t turn = 0; turn < turns; turn++) {
		ns[0][turn] = empty_ns();
		ns[1][turn] = turn_ns((uintptr_t)main);
		ns[2][turn] = turn_ns((uintptr_t)strtoul);
	}
	printf("with four globs, median of %zu turns of %d\n%-28s %8s\n", turns, CALLS, "", "ns");
	for (int way = 0; way < WAYS; way++)
		printf("%-28s %8.1f\n", names[way], median(ns[way], turns));
	return 0;
}
