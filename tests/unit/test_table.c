/* SPDX-License-Identifier: MIT */
/*
 * The published layout, as other programs and core files have it. A moved field takes another
 * TABLE_VERSION, and this test the new offsets.
 */
#include "unit.h"

#include "core/table.h"
#include "core/tree.h"

static void the_header_is_laid_out_as_published(void **state)
{
	static const struct {
		const char *name;
		size_t offset, is;
	} field[] = {
#define FIELD(name, is) { #name, offsetof(struct table, name), is }
		FIELD(magic, 0), FIELD(version, 8), FIELD(size, 12), FIELD(block_size, 16),
		FIELD(page_size, 20), FIELD(sequence, 24), FIELD(region_size, 32),
		FIELD(bitmap_offset, 40), FIELD(block_offset, 48), FIELD(lower, 56),
		FIELD(upper, 64), FIELD(min, 72), FIELD(top, 80), FIELD(base, 88),
		FIELD(reach, 96), FIELD(fence, 100), FIELD(pid, 104), FIELD(operation, 108),
		FIELD(passthrough, 112), FIELD(reserved, 116), FIELD(edge, 120), FIELD(edge_end, 128),
		FIELD(call, 136), FIELD(counter, 928), FIELD(outside_address, 1016),
		FIELD(outside_caller, 1024), FIELD(started, 1032), FIELD(tree, 1040),
		FIELD(tree.block, 1040), FIELD(tree.bitmap, 1048), FIELD(tree.capacity, 1056),
		FIELD(tree.root, 1060), FIELD(tree.height, 1064), FIELD(tree.entries, 1068),
		FIELD(tree.used, 1072), FIELD(tree.hint, 1076), FIELD(tree.journal, 1080),
	};

	(void)state;
	assert_int_equal(TABLE_VERSION, 4);
	for (size_t i = 0; i < ARRAY_SIZE(field); i++)
		if (field[i].offset != field[i].is)
			fail_msg("%s lies at %zu", field[i].name, field[i].offset);
	assert_int_equal(sizeof(struct table), 1088);
	assert_int_equal(sizeof(struct tree_block), TREE_BLOCK_SIZE);
}

/* Rows and columns are found by their numbers. */
static void the_counters_are_numbered_as_published(void **state)
{
	(void)state;
	assert_int_equal(CALL_MMAP, 0);
	assert_int_equal(CALL_SHMDT, 4);
	assert_int_equal(CALL_LIMITS, 8);
	assert_int_equal(CALLS, 9);
	assert_int_equal(OUTCOME_PLACED, 0);
	assert_int_equal(OUTCOME_DONE, 5);
	assert_int_equal(OUTCOME_ENOMEM, 6);
	assert_int_equal(OUTCOMES, 11);
	assert_int_equal(COUNT_GATED, 0);
	assert_int_equal(COUNT_RETRY, 2);
	assert_int_equal(COUNT_OUTSIDE, 5);
	assert_int_equal(COUNT_ESCAPED, 7);
	assert_int_equal(COUNT_FORK, 10);
}

/* The lock has the second page, of the smallest size that there is. */
static void the_header_fits_its_page(void **state)
{
	(void)state;
	assert_true(sizeof(struct table) <= 4096);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_header_is_laid_out_as_published),
		cmocka_unit_test(the_counters_are_numbered_as_published),
		cmocka_unit_test(the_header_fits_its_page),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
