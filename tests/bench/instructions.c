/* SPDX-License-Identifier: MIT */
/*
 * What the core does, for callgrind to count: measured() is called once for
 * each task, whose names are printed in the same order. Everything is the same
 * from run to run.
 *
 *	instructions [ENTRIES]
 *
 * With a number, only trees of so many entries.
 */
#include <stdio.h>
#include <stdlib.h>

#include "core/gap.h"
#include "core/policy.h"
#include "core/tree.h"
#include "core/window.h"

#define PAGE 4096UL
#define UNIT (17 * PAGE) /* an entry of 1 to 16 pages, and the gap above it */
#define BOTTOM (1UL << 32)
#define OPERATIONS 1000
#define CAPACITY 131072 /* blocks, for a million entries in any order */

/* A tree, and the operation that repeats on it. */
struct bed {
	struct tree tree;
	struct spans spans;
	struct policy policy;
	uintptr_t address[OPERATIONS];
	size_t length[OPERATIONS];
};

static const struct mapping_info guest = { .kind = KIND_GUEST };
static volatile uintptr_t result; /* so that nothing is optimised away */

static void seek(struct bed *bed)
{
	for (int i = 0; i < OPERATIONS; i++)
		result = tree_seek(&bed->tree, bed->address[i]).index;
}

static void set_clear(struct bed *bed)
{
	for (int i = 0; i < OPERATIONS; i++) {
		uintptr_t start = bed->address[i], end = start + bed->length[i];

		tree_clear(&bed->tree, start, end);
		tree_set(&bed->tree, start, end, &guest);
	}
}

static void highest(struct bed *bed)
{
	for (int i = 0; i < OPERATIONS; i++)
		result = gap_highest(&bed->tree, bed->spans.at[0], bed->length[i], PAGE);
}

static void find(struct bed *bed)
{
	for (int i = 0; i < OPERATIONS; i++)
		result = policy_find(&bed->policy, &bed->tree, &bed->spans, bed->length[i], PAGE);
}

static void parse(struct bed *bed)
{
	static const char *const text[] = { "32bit", "4G-2^46", "0x200000000-0x240000000" };
	struct window window;
	const char *why;

	(void)bed;
	for (int i = 0; i < OPERATIONS; i++)
		result = (uintptr_t)window_parse(text[i % 3], PAGE, &window, &why);
}

__attribute__((noinline)) void measured(void (*task)(struct bed *), struct bed *bed);

void measured(void (*task)(struct bed *), struct bed *bed)
{
	task(bed);
	__asm__ volatile("" ::: "memory"); /* no tail call: callgrind waits for the return */
}

static uint64_t roll(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	return *state ^= *state << 17;
}

static void bed_fill(struct bed *bed, size_t count)
{
	static struct tree_block block[CAPACITY];
	static uint64_t bitmap[CAPACITY / 64];
	uint64_t dice = 88172645463325252;
	size_t *pages = calloc(count, sizeof(*pages));

	if (!pages)
		exit(1);
	for (size_t i = 0; i < CAPACITY / 64; i++)
		bitmap[i] = 0;
	tree_init(&bed->tree, block, bitmap, CAPACITY);
	for (size_t i = 0; i < count; i++) {
		/* Each place once, in an order that jumps: 7919 is prime. */
		size_t place = i * 7919 % count;
		uintptr_t start = BOTTOM + place * UNIT;

		pages[place] = 1 + roll(&dice) % 16;
		tree_set(&bed->tree, start, start + pages[place] * PAGE, &guest);
	}
	bed->spans = (struct spans){ 1, { { BOTTOM, BOTTOM + count * UNIT } } };
	bed->policy = (struct policy){ PLACE_TOPDOWN, BOTTOM + count / 16 * 15 * UNIT, PAGE, 1 };
	for (int i = 0; i < OPERATIONS; i++) {
		size_t place = roll(&dice) % count;

		bed->address[i] = BOTTOM + place * UNIT;
		bed->length[i] = pages[place] * PAGE;
	}
	free(pages);
}

static const struct {
	const char *name;
	void (*task)(struct bed *);
} tasks[] = {
	{ "tree_seek", seek },
	{ "tree_clear+tree_set", set_clear },
	{ "gap_highest", highest },
	{ "policy_find", find },
};

static void run_tasks(struct bed *bed, size_t count)
{
	bed_fill(bed, count);
	for (size_t k = 0; k < sizeof(tasks) / sizeof(*tasks); k++) {
		measured(tasks[k].task, bed);
		printf("%s/%zu\n", tasks[k].name, count);
	}
}

int main(int argc, char **argv)
{
	static const size_t counts[] = { 100, 10000, 60000 };
	static struct bed bed;

	if (argc > 1) {
		run_tasks(&bed, strtoul(argv[1], NULL, 0));
		return 0;
	}
	for (size_t i = 0; i < sizeof(counts) / sizeof(*counts); i++)
		run_tasks(&bed, counts[i]);
	measured(parse, &bed);
	printf("window_parse\n");
	return 0;
}
