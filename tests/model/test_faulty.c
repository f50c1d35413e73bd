/* SPDX-License-Identifier: MIT */
/*
 * The model with a fault put into the library (tests/model/faults.txt): it is
 * found, or the model proves nothing.
 */
#include "unit.h"

#include "plan.h"

#define TEXT(word)     TEXT_OF(word)
#define TEXT_OF(word)  #word

/* In what state each fault shows, after how many preemptions, and how. */
static const struct {
	const char *name;
	enum bed_sort sort;
	int preemptions;
	const char *finds;
} faults[] = {
	{ "dropped", BED_DIRECT, 2, "lost" },
	{ "unmarked", BED_DIRECT, 2, "fence goes" },
	{ "impatient", BED_DIRECT, 2, "the table has" },
	{ "replaced", BED_DIRECT, 2, "lost" },
	{ "orphaned", BED_DIRECT, 2, "a claim without" },
	{ "forgotten", BED_PLACING, 2, "the table is wrong" },
	{ "uncounted", BED_PLACING, 2, "the table is wrong" },
	{ "taken", BED_HELD, 2, "lost" },
	{ "unawaited", BED_HELD, 2, "left in the window" },
	{ "unheld", BED_HELD, 2, "fence goes" },
	{ "openly", BED_EDGE, 2, "the table has" },
	{ "unnamed", BED_EDGE, 2, "left in the window" },
};

static void the_fault_is_found(void **unused)
{
	struct plan_total total = { 0 };
	struct plan plan = { .threads = 2 };
	size_t i = 0;

	(void)unused;
	while (i < ARRAY_SIZE(faults) && strcmp(faults[i].name, TEXT(FAULTY)) != 0)
		i++;
	assert_true(i < ARRAY_SIZE(faults));
	plan.sort = faults[i].sort;
	plan.preemptions = faults[i].preemptions;
	plan_pairs(plan, &total, faults[i].finds);
	print_message("# %s: %lu plans, %lu runs, %lu steps until then\n",
		      total.fault ? total.fault : "nothing", total.plans, total.runs, total.steps);
	assert_non_null(total.fault);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_fault_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
