/* SPDX-License-Identifier: MIT */
/*
 * The library's own code over a small kernel, in every order of its threads' steps
 * that a few preemptions allow: nothing is lost, nothing goes astray, and the table
 * ends as the kernel is.
 *
 * An argument asks for so many preemptions more, and 100 times the random runs each.
 */
#include "unit.h"

#include "dice.h"
#include "plan.h"

static int more;

static void judge(const struct plan_total *total)
{
	print_message("# %lu plans, %lu runs, %lu steps\n", total->plans, total->runs, total->steps);
	assert_int_equal(total->faults, 0);
}

static void pairs(enum bed_sort sort, int preemptions)
{
	struct plan_total total = { 0 };
	struct plan plan = { .sort = sort, .preemptions = preemptions + more };

	plan_pairs(plan, &total, NULL);
	judge(&total);
	assert_true(total.runs > 50000);
}

static void all_pairs_where_the_kernel_places(void **unused)
{
	(void)unused;
	pairs(BED_DIRECT, 3);
}

static void all_pairs_where_the_library_places(void **unused)
{
	(void)unused;
	pairs(BED_PLACING, 2);
}

static void all_pairs_where_the_windows_top_is_kept_back(void **unused)
{
	(void)unused;
	pairs(BED_EDGE, 2);
}

/* Two threads map and unmap, beside each operation. */
static void each_operation_beside_two_threads(void **unused)
{
	struct plan_total total = { 0 };

	(void)unused;
	for (int a = 0; a < SCRIPT_OPERATIONS; a++) {
		struct plan plan = {
			.threads = 3,
			.preemptions = 2 + more,
			.script = {
				{ (enum script_operation)a, HOST_MAP, SCRIPT_OPERATIONS },
				{ HOST_MAP, HOST_UNMAP, SCRIPT_OPERATIONS },
				{ HOST_UNMAP, HOST_MAP, SCRIPT_OPERATIONS },
			},
		};

		if (a != CLONE)
			plan_run(&plan, &total, true);
	}
	judge(&total);
}

/* What a handler does: each for itself, since it may run in the other's middle. */
static const enum script_operation handlers[][PLAN_LENGTH + 1] = {
	{ HOST_MAP, HOST_UNMAP, SCRIPT_OPERATIONS },
	{ HOST_MAP, HOST_GROW_MOVING, SCRIPT_OPERATIONS },
	{ GUEST_MAP, GUEST_UNMAP, SCRIPT_OPERATIONS },
	{ HOST_FREE, SCRIPT_OPERATIONS },
	{ RESCAN, SCRIPT_OPERATIONS },
};

static void interrupt(struct plan plan, struct plan_total *total)
{
	for (size_t h = 0; h < ARRAY_SIZE(handlers); h++)
		for (int a = 0; a < SCRIPT_OPERATIONS; a++) {
			plan.script[0][0] = (enum script_operation)a;
			memcpy(plan.handler, handlers[h], sizeof(plan.handler));
			plan_run(&plan, total, total->faults == 0);
		}
}

/* Signal handlers that map interrupt each step of each operation. */
static void each_operation_interrupted(void **unused)
{
	struct plan_total total = { 0 };
	struct plan plan = {
		.threads = 1,
		.handlers = 2 + more,
		.script = { { HOST_MAP, HOST_MAP, HOST_UNMAP, SCRIPT_OPERATIONS } },
	};

	(void)unused;
	for (int sort = BED_DIRECT; sort <= BED_EDGE; sort++) {
		plan.sort = (enum bed_sort)sort;
		interrupt(plan, &total);
	}
	judge(&total);
}

static void each_operation_interrupted_beside_a_thread(void **unused)
{
	struct plan_total total = { 0 };
	struct plan plan = {
		.threads = 2,
		.handlers = 1,
		.preemptions = 1 + more,
		.script = {
			{ HOST_MAP, SCRIPT_OPERATIONS, SCRIPT_OPERATIONS },
			{ HOST_UNMAP, HOST_MAP, SCRIPT_OPERATIONS },
		},
	};

	(void)unused;
	interrupt(plan, &total);
	judge(&total);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_pairs_where_the_kernel_places),
		cmocka_unit_test(all_pairs_where_the_library_places),
		cmocka_unit_test(all_pairs_where_the_windows_top_is_kept_back),
		cmocka_unit_test(each_operation_beside_two_threads),
		cmocka_unit_test(each_operation_interrupted),
		cmocka_unit_test(each_operation_interrupted_beside_a_thread),
	};

	if (getenv("F")) cmocka_set_test_filter(getenv("F"));
	more = argc > 1 ? atoi(argv[1]) : 0;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
