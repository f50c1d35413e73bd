/* SPDX-License-Identifier: MIT */
/*
 * What it costs to find out whose a call is where the entry that it has come to
 * does not tell: in a program that has the library linked in statically, by the
 * module and the instruction that it returns to; in turns with an empty loop,
 * which is taken off.
 *
 *	verdict [TURNS]
 */
#include "bench.h"

#include "edge/loaded.h"
#include "edge/module.h"
#include "edge/owner.h"
#include "turns.h"

#define CALLS 10000 /* in a turn */

enum { EMPTY, PROGRAM, LIBC, WAYS };

static const char *const names[WAYS] = { "the loop alone", "a caller in the program",
					 "a caller in libc" };

static double loop_ns(void)
{
	volatile uintptr_t sink;
	uint64_t start = now_ns();

	for (uintptr_t i = 0; i < CALLS; i++)
		sink = i;
	(void)sink;
	return (double)(now_ns() - start) / CALLS;
}

static double verdict_ns(uintptr_t caller)
{
	volatile enum kind sink;
	uint64_t start = now_ns();

	for (uintptr_t i = 0; i < CALLS; i++)
		sink = owner_kind(caller);
	(void)sink;
	return (double)(now_ns() - start) / CALLS;
}

static void measure(const char *heading, size_t turns)
{
	double *ns[WAYS], middle[WAYS];

	for (int way = 0; way < WAYS; way++)
		ns[way] = must_alloc(turns, sizeof(**ns));
	for (size_t turn = 0; turn < turns; turn++) {
		ns[EMPTY][turn] = loop_ns();
		ns[PROGRAM][turn] = verdict_ns((uintptr_t)measure);
		ns[LIBC][turn] = verdict_ns((uintptr_t)strtoul);
	}
	printf("%s, ns, median of %zu turns of %d\n", heading, turns, CALLS);
	for (int way = 0; way < WAYS; way++) {
		middle[way] = turns_median(ns[way], turns);
		if (way != EMPTY)
			printf("  %-26s %6.1f\n", names[way], middle[way] - middle[EMPTY]);
		free(ns[way]);
	}
}

int main(int argc, char **argv)
{
	size_t turns = argc > 1 ? strtoul(argv[1], NULL, 0) : 400;

	if (!turns)
		die("usage: verdict [TURNS]");
	measure("whose a call is, without globs", turns);
	if (module_rules("libGL*:libvulkan*:libX11*:*/host/*", NULL))
		die("verdict: the globs are not taken");
	loaded_watch();
	loaded_refresh();
	measure("whose a call is, with four globs", turns);
	return 0;
}
