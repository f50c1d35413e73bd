/* SPDX-License-Identifier: MIT */
/* The figures of a table, and how they read. */
#include "unit.h"

#include "core/summary.h"
#include "core/tree.h"

static const char *value_of(const struct figure *figure)
{
	static char text[32];
	struct fmt fmt;

	fmt_init(&fmt, text, sizeof(text));
	summary_value(&fmt, figure);
	return text;
}

static struct figure find(const struct table *table, const char *key)
{
	struct figure figure;

	for (unsigned int i = 0; summary_figure(table, i, &figure); i++)
		if (strcmp(figure.key, key) == 0)
			return figure;
	fail_msg("no figure %s", key);
	return figure;
}

static void check_figure(const struct table *table, const char *key, const char *value)
{
	struct figure figure = find(table, key);

	assert_string_equal(value_of(&figure), value);
}

static void calls_are_added_up_by_name_and_in_all(void **state)
{
	struct table table = {
		.call[CALL_MMAP] = { [OUTCOME_PLACED] = 7, [OUTCOME_ENOMEM] = 2 },
		.call[CALL_LIMITS][OUTCOME_DONE] = 1,
		.counter[COUNT_GATED] = 4,
	};

	(void)state;
	assert_int_equal(summary_calls(&table, CALL_MMAP), 9);
	assert_int_equal(summary_calls(&table, CALL_MUNMAP), 0);
	check_figure(&table, "calls", "10");
	check_figure(&table, "passed_on", "6");
	/* Counts may get lost, and then the parts are more than the whole. */
	table.counter[COUNT_GATED] = 11;
	check_figure(&table, "passed_on", "0");
}

static void each_unit_reads_as_people_write_it(void **state)
{
	struct table table = {
		.page_size = 4096,
		.outside_address = 0x200000000,
		.tree = { .used = 4, .entries = 60000, .height = 3 },
	};

	(void)state;
	check_figure(&table, "table_bytes", "12K");
	check_figure(&table, "fixed_outside_address", "0x200000000");
	check_figure(&table, "intervals", "60000");
	check_figure(&table, "height", "3");
}

static void every_figure_has_a_key_and_a_label_of_its_own(void **state)
{
	const struct table table = { .magic = TABLE_MAGIC };
	struct figure a, b;

	(void)state;
	for (unsigned int i = 0; summary_figure(&table, i, &a); i++)
		for (unsigned int j = 0; j < i; j++) {
			assert_true(summary_figure(&table, j, &b));
			assert_string_not_equal(a.key, b.key);
			assert_string_not_equal(a.label, b.label);
		}
	assert_true(summary_figure(&table, 0, &a));
	assert_false(summary_figure(&table, UINT32_MAX, &a));
}

/* Every counter of the table is somewhere among the figures. */
static void no_counter_is_left_out(void **state)
{
	struct figure figure;

	(void)state;
	for (enum counter counter = 0; counter < COUNTERS; counter++) {
		struct table table = { .call[CALL_MMAP][OUTCOME_PLACED] = 5000 };
		bool found = false;

		table.counter[counter] = 1234;
		for (unsigned int i = 0; summary_figure(&table, i, &figure); i++)
			found |= figure.value == 1234 || figure.value == 5000 - 1234;
		if (!found)
			fail_msg("counter %d is nowhere", (int)counter);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(calls_are_added_up_by_name_and_in_all),
		cmocka_unit_test(each_unit_reads_as_people_write_it),
		cmocka_unit_test(every_figure_has_a_key_and_a_label_of_its_own),
		cmocka_unit_test(no_counter_is_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
