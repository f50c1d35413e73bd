/* SPDX-License-Identifier: MIT */
/*
 * A change of the tree that is broken off between any two instructions: what is
 * salvaged is the tree as it would be after the change, or, where that had not
 * begun, as it was before. The changes are made by a process that is single-stepped,
 * in memory that is shared with it.
 */
#include "unit.h"

#include <stdio.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#include "dice.h"
#include "naive.h"

#include "core/salvage.h"

#define A(page) NAIVE_ADDRESS(page)

#define BLOCKS 48
#define PAGES  900

/* Entries of several leaves, and an inner block above them. */
#define CHANGES_BEFORE 260
#define TRIALS         12

/* All of a tree. */
struct bed {
	struct tree tree;
	struct tree_journal journal;
	uint64_t bitmap[(BLOCKS + 63) / 64];
	struct tree_block block[BLOCKS];
};

struct change {
	bool sets;
	struct stretch at;
	struct mapping_info info;
};

static struct bed *shared;
static struct bed copy, seen; /* as it was when it was last looked at */
static uint32_t most_leaves;

static void bed_begin(struct bed *bed)
{
	memset(bed, 0, sizeof(*bed));
	tree_init(&bed->tree, bed->block, bed->bitmap, BLOCKS);
	bed->tree.journal = &bed->journal;
}

static struct change roll_change(struct dice *dice, uint32_t number, uint32_t longest)
{
	static const uint8_t flags[] = { 0, 0, 0, ENTRY_SHM, ENTRY_OUTSIDE };
	uint32_t start = dice_roll(dice, PAGES - longest);

	return (struct change){
		.sets = dice_roll(dice, 4) != 0,
		.at = { start, start + 1 + dice_roll(dice, longest) },
		.info = {
			.caller = number,
			.when = number,
			.page = dice_roll(dice, 1000),
			.kind = (uint8_t)(KIND_GUEST + dice_roll(dice, 2)),
			.flags = flags[dice_roll(dice, ARRAY_SIZE(flags))],
			.owner = (uint16_t)dice_roll(dice, 3),
		},
	};
}

static void change_tree(struct tree *tree, const struct change *change)
{
	if (change->sets)
		tree_set(tree, A(change->at.start), A(change->at.end), &change->info);
	else
		tree_clear(tree, A(change->at.start), A(change->at.end));
}

static void change_naive(struct naive *naive, const struct change *change)
{
	if (change->sets)
		naive_set(naive, change->at, &change->info);
	else
		naive_clear(naive, change->at);
}

/* Breaks the change off as it is, in a copy. */
static void judge(const struct naive *expected, const char *context)
{
	const char *why;

	copy = *shared;
	copy.tree.block = copy.block;
	copy.tree.bitmap = copy.bitmap;
	copy.tree.journal = &copy.journal;
	if (copy.journal.leaves > most_leaves)
		most_leaves = copy.journal.leaves;
	tree_salvage(&copy.tree);
	why = tree_check(&copy.tree);
	if (why)
		fail_msg("%s: %s", context, why);
	naive_compare(expected, &copy.tree, context);
}

static int resume(pid_t child, enum __ptrace_request how)
{
	int status;

	assert_int_equal(ptrace(how, child, NULL, NULL), 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	return status;
}

static pid_t start(const struct change *change)
{
	pid_t child = fork();
	int status;

	assert_true(child >= 0);
	if (child == 0) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		raise(SIGSTOP);
		change_tree(&shared->tree, change);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSTOPPED(status));
	return child;
}

/* Where the change has begun it is finished. */
static unsigned long step_through(struct naive *naive, const struct change *change, uint64_t seed,
				  uint32_t number)
{
	pid_t child = start(change);
	unsigned long steps = 0;
	bool begun = false;
	char context[80];

	seen = *shared;
	while (WIFSTOPPED(resume(child, PTRACE_SINGLESTEP))) {
		steps++;
		if (memcmp(&seen, shared, sizeof(seen)) == 0)
			continue;
		if (!begun && shared->journal.change != TREE_RESTS) {
			begun = true;
			change_naive(naive, change);
		}
		snprintf(context, sizeof(context), "seed %" PRIu64 ", change %u, step %lu", seed,
			 number, steps);
		judge(naive, context);
		seen = *shared;
	}
	assert_true(begun);
	assert_int_equal(shared->journal.change, TREE_RESTS);
	judge(naive, "at the end");
	return steps;
}

static void a_change_that_is_broken_off_is_finished(void **unused)
{
	struct dice dice = dice_new("a_change_that_is_broken_off_is_finished");
	unsigned long steps = 0;
	struct naive naive;

	(void)unused;
	for (uint32_t trial = 0; trial < TRIALS; trial++) {
		uint32_t number = 0, before = 1 + dice_roll(&dice, CHANGES_BEFORE);

		bed_begin(shared);
		naive_init(&naive, PAGES);
		for (; number < before; number++) {
			struct change change = roll_change(&dice, number, 3);

			change_tree(&shared->tree, &change);
			change_naive(&naive, &change);
		}
		/* One in four reaches over several leaves. */
		for (; number < before + 8; number++) {
			struct change change = roll_change(&dice, number, number % 4 ? 4 : 300);

			steps += step_through(&naive, &change, dice.seed, number);
		}
		naive_free(&naive);
	}
	print_message("# %lu steps, at most %u leaves kept\n", steps, most_leaves);
	assert_true(most_leaves >= 1 && most_leaves <= TREE_STEP_LEAVES);
}

static void set(struct naive *naive, uint32_t start, uint32_t end)
{
	struct change change = { true, { start, end }, { .kind = KIND_HOST } };

	change_tree(&shared->tree, &change);
	change_naive(naive, &change);
}

/* The last entry of one leaf, and the only one of the next. */
static void two_entries_of_two_leaves_become_one(void **unused)
{
	struct change last = { .at = { 2 * TREE_LEAF_MAX, 2 * TREE_LEAF_MAX + 1 } };
	struct change between = { true, { 2 * TREE_LEAF_MAX - 3, 2 * TREE_LEAF_MAX - 2 },
				  { .kind = KIND_HOST } };
	struct naive naive;

	(void)unused;
	bed_begin(shared);
	naive_init(&naive, PAGES);
	for (uint32_t i = 0; i <= TREE_LEAF_MAX; i++)
		set(&naive, 2 * i, 2 * i + 1);
	change_tree(&shared->tree, &last);
	change_naive(&naive, &last);
	assert_int_equal(shared->tree.used, 3);
	step_through(&naive, &between, 0, 0);
	naive_free(&naive);
}

static void without_a_journal_the_rest_is_kept(void **unused)
{
	struct change change = { true, { 5, 6 }, { .kind = KIND_HOST } };
	struct naive naive;

	(void)unused;
	bed_begin(shared);
	shared->tree.journal = NULL;
	naive_init(&naive, PAGES);
	for (; change.at.end < PAGES; change.at.start += 4, change.at.end += 4) {
		change_tree(&shared->tree, &change);
		change_naive(&naive, &change);
	}
	shared->tree.root = shared->tree.entries = 0;
	tree_salvage(&shared->tree);
	assert_null(tree_check(&shared->tree));
	naive_compare(&naive, &shared->tree, "without a journal");
	naive_free(&naive);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_change_that_is_broken_off_is_finished),
		cmocka_unit_test(two_entries_of_two_leaves_become_one),
		cmocka_unit_test(without_a_journal_the_rest_is_kept),
	};

	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		      -1, 0);
	if (shared == MAP_FAILED)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
