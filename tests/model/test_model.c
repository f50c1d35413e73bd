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

static void all_pairs_about_a_reservation(void **unused)
{
	(void)unused;
	pairs(BED_HELD, 2);
}

static void all_pairs_about_a_reservation_where_the_library_places(void **unused)
{
	(void)unused;
	pairs(BED_HELD_PLACING, 2);
}

/* Two threads map and unmap, beside each operation of a third. */
static void beside_two_threads(enum bed_sort sort, int preemptions, enum script_operation map,
			       enum script_operation unmap)
{
	struct plan_total total = { 0 };

	for (int a = 0; a < SCRIPT_OPERATIONS; a++) {
		struct plan plan = {
			.sort = sort,
			.threads = 3,
			.preemptions = preemptions + more,
			.script = {
				{ (enum script_operation)a, HOST_MAP, SCRIPT_OPERATIONS },
				{ map, unmap, SCRIPT_OPERATIONS },
				{ unmap, map, SCRIPT_OPERATIONS },
			},
		};

		if (a != CLONE)
			plan_run(&plan, &total, true);
	}
	judge(&total);
}

static void each_operation_beside_two_threads(void **unused)
{
	(void)unused;
	beside_two_threads(BED_DIRECT, 2, HOST_MAP, HOST_UNMAP);
}

static void each_operation_beside_two_threads_in_a_reservation(void **unused)
{
	(void)unused;
	beside_two_threads(BED_HELD, 1, RANGE_MAP, RANGE_UNMAP);
}

/* Signal handlers that map interrupt each step of each operation. */
static void each_operation_interrupted(void **unused)
{
	struct plan_total total = { 0 };
	struct plan plan = {
		.threads = 1,
		.handlers = 1 + more,
		.script = { { HOST_MAP, HOST_MAP, HOST_UNMAP, SCRIPT_OPERATIONS } },
	};

	(void)unused;
	for (int sort = BED_DIRECT; sort < BED_SORTS; sort++) {
		plan.sort = (enum bed_sort)sort;
		plan_interrupted(plan, &total, NULL);
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
	plan_interrupted(plan, &total, NULL);
	judge(&total);
}

/* What waits for the lock gives up, as where its holder is stopped. */
static void all_pairs_where_the_lock_cannot_be_had(void **unused)
{
	struct plan_total total = { 0 };
	struct plan plan = { .preemptions = 2 + more, .timeouts = 1 + more };

	(void)unused;
	plan_pairs(plan, &total, NULL);
	plan.sort = BED_HELD;
	plan.preemptions--;
	plan_pairs(plan, &total, NULL);
	judge(&total);
}

/* A mapping is entered, another that the table does not have goes from there, and what
 * is noted of its going comes after: more turns than all pairs have. */
static void a_guest_maps_where_an_unseen_mapping_goes(void **unused)
{
	struct plan_total total = { 0 };
	struct plan plan = {
		.sort = BED_PLACING,
		.threads = 2,
		.preemptions = 4 + more,
		.script = {
			{ GUEST_MAP, SCRIPT_OPERATIONS },
			{ GUEST_UNSEEN, SCRIPT_OPERATIONS },
		},
	};

	(void)unused;
	plan_run(&plan, &total, true);
	judge(&total);
}

/* Three threads of three operations each, interrupted anywhere. */
static void random_threads(void **unused)
{
	struct dice dice = dice_new("random_threads");
	struct plan_total total = { 0 };
	struct plan plan = { .threads = EXPLORE_THREADS, .preemptions = 1000, .handlers = 1 };

	(void)unused;
	for (int n = 0; n < 200 && total.faults == 0; n++) {
		for (int i = 0; i < EXPLORE_THREADS; i++) {
			for (int k = 0; k < PLAN_LENGTH; k++)
				plan.script[i][k] = dice_roll(&dice, FORK);
			plan.script[i][PLAN_LENGTH] = SCRIPT_OPERATIONS;
		}
		plan_handler(&plan, n);
		plan.sort = (enum bed_sort)(n % BED_SORTS);
		plan.random = more ? 100000 : 1000;
		plan.seed = dice_bits(&dice);
		plan_run(&plan, &total, true);
	}
	judge(&total);
}

/* Another thread reads the kernel's list meanwhile, in which it passes over the claim. */
static void what_is_missed_under_a_claim_is_looked_for_after_it(void **unused)
{
	struct space *space = &bed.space;
	const struct region *host;
	struct claim claim;

	(void)unused;
	bed_make(BED_DIRECT, 2);
	bed_begin();
	explore_be(0);
	host = bed_region(0, KIND_HOST);
	assert_true(claim_take(space, &claim, host->start, host->start + host->length));
	assert_int_not_equal(claim.number, 0);
	space_missed(space);
	explore_be(1);
	settle(space);
	assert_int_equal(space->stale, STALE_NOT);
	explore_be(0);
	claim_kept(space, &claim);
	assert_int_equal(space->stale, STALE_MISSED);
	settle(space);
	assert_int_equal(space->stale, STALE_NOT);
}

/* A thread that recovers after a jump meanwhile leaves it in the count. */
static void a_claim_without_marks_is_counted_until_it_ends(void **unused)
{
	struct space *space = &bed.space;
	struct mapping_info info = { .kind = KIND_HOST };
	const struct region *host;
	struct claim claim;

	(void)unused;
	bed_make(BED_DIRECT, 2);
	bed_begin();
	explore_be(0);
	host = bed_region(0, KIND_HOST);
	assert_true(claim_take(space, &claim, host->start, host->start + host->length));
	claim_part(space, &claim, host->start, host->start + host->length, &info);
	assert_int_equal(space->changes.claims, 1);
	explore_be(1);
	assert_true(lock_table(space));
	adopt_left(space);
	unlock_table(space);
	assert_int_equal(space->changes.claims, 1);
	explore_be(0);
	claim_kept(space, &claim);
	assert_int_equal(space->changes.claims, 0);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_pairs_where_the_kernel_places),
		cmocka_unit_test(all_pairs_where_the_library_places),
		cmocka_unit_test(all_pairs_where_the_windows_top_is_kept_back),
		cmocka_unit_test(all_pairs_about_a_reservation),
		cmocka_unit_test(all_pairs_about_a_reservation_where_the_library_places),
		cmocka_unit_test(each_operation_beside_two_threads),
		cmocka_unit_test(each_operation_beside_two_threads_in_a_reservation),
		cmocka_unit_test(each_operation_interrupted),
		cmocka_unit_test(each_operation_interrupted_beside_a_thread),
		cmocka_unit_test(all_pairs_where_the_lock_cannot_be_had),
		cmocka_unit_test(a_guest_maps_where_an_unseen_mapping_goes),
		cmocka_unit_test(random_threads),
		cmocka_unit_test(what_is_missed_under_a_claim_is_looked_for_after_it),
		cmocka_unit_test(a_claim_without_marks_is_counted_until_it_ends),
	};

	more = argc > 1 ? atoi(argv[1]) : 0;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
