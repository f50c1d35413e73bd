/* SPDX-License-Identifier: MIT */
/* Where the launcher puts things. */
#include "unit.h"

#include "dice.h"

#include "../../tools/launch/layout.h"

#define PAGE 4096UL

static struct layout one(uintptr_t start, uintptr_t end)
{
	return layout_of((struct spans){ 1, { { start, end } } });
}

static void expect(struct span span, uintptr_t start, uintptr_t end)
{
	assert_int_equal(span.start, start);
	assert_int_equal(span.end, end);
}

static void from_both_ends(void **state)
{
	struct layout layout = one(0x10000, 0x20000);

	(void)state;
	expect(layout_highest(&layout, PAGE, PAGE, 0), 0x1f000, 0x20000);
	expect(layout_highest(&layout, PAGE, PAGE, 0), 0x1e000, 0x1f000);
	expect(layout_lowest(&layout, PAGE, PAGE, 0), 0x10000, 0x11000);
	expect(layout_lowest(&layout, PAGE, PAGE, 0), 0x11000, 0x12000);
}

static void a_skip_holds_where_there_is_room(void **state)
{
	struct layout layout = one(0x10000, 0x20000);

	(void)state;
	expect(layout_highest(&layout, PAGE, PAGE, 0x4000), 0x1b000, 0x1c000);
	expect(layout_lowest(&layout, PAGE, PAGE, 0x3000), 0x13000, 0x14000);
	expect(layout_lowest(&layout, 4 * PAGE, PAGE, 0xe000), 0x14000, 0x18000);
	expect(layout_highest(&layout, 3 * PAGE, PAGE, 0x100000), 0x1d000, 0x20000);
}

static void alignment(void **state)
{
	struct layout layout = one(0x11000, 0x3f000);

	(void)state;
	expect(layout_lowest(&layout, PAGE, 0x10000, 0), 0x20000, 0x21000);
	expect(layout_highest(&layout, PAGE, 0x10000, 0), 0x30000, 0x31000);
	expect(layout_highest(&layout, PAGE, 0x10000, 0), 0, 0);
	expect(layout_lowest(&layout, PAGE, 1UL << 63, 0), 0, 0);
}

static void the_larger_piece_comes_first(void **state)
{
	struct layout layout = layout_of((struct spans){ 2, { { 0x100000, 0x104000 },
							       { 0x10000, 0x20000 } } });

	(void)state;
	expect(layout_highest(&layout, 0x8000, PAGE, 0), 0x18000, 0x20000);
	expect(layout_highest(&layout, 0x8000, PAGE, 0), 0x10000, 0x18000);
	expect(layout_highest(&layout, 0x4000, PAGE, 0), 0x100000, 0x104000);
	expect(layout_highest(&layout, PAGE, PAGE, 0), 0, 0);
	assert_true(layout_inside(&layout, (struct span){ 0x100000, 0x104000 }));
	assert_false(layout_inside(&layout, (struct span){ 0x1f000, 0x104000 }));
}

static void a_list_that_is_full_places_nothing(void **state)
{
	struct layout layout = one(0, 1UL << 40);

	(void)state;
	for (int i = 0; i < LAYOUT_MAX; i++)
		assert_true(layout_highest(&layout, PAGE, PAGE, 0).end != 0);
	expect(layout_highest(&layout, PAGE, PAGE, 0), 0, 0);
	assert_false(layout_take(&layout, (struct span){ 0, PAGE }));
}

/* Whatever is asked for: inside, aligned, apart from all else. */
static void any_order(void **state)
{
	struct dice dice = dice_new("any_order");

	(void)state;
	for (int turn = 0; turn < 3000; turn++) {
		struct layout layout = layout_of((struct spans){ 2, {
			{ 0x200000, 0x200000 + PAGE * (1 + dice_roll(&dice, 300)) },
			{ 0x10000, 0x10000 + PAGE * (1 + dice_roll(&dice, 300)) } } });

		for (int i = 0; i < 60; i++) {
			struct layout before = layout;
			size_t length = PAGE * (1 + dice_roll(&dice, 40));
			size_t align = PAGE << dice_roll(&dice, 4);
			size_t skip = PAGE * dice_roll(&dice, 100);
			struct span got = dice_roll(&dice, 2) ?
						  layout_highest(&layout, length, align, skip) :
						  layout_lowest(&layout, length, align, skip);

			if (got.end == 0)
				continue;
			assert_int_equal(got.end - got.start, length);
			assert_int_equal(got.start % align, 0);
			assert_true(layout_inside(&before, got));
			assert_true(layout_free(&before, got));
			assert_false(layout_free(&layout, got));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(from_both_ends),
		cmocka_unit_test(a_skip_holds_where_there_is_room),
		cmocka_unit_test(alignment),
		cmocka_unit_test(the_larger_piece_comes_first),
		cmocka_unit_test(a_list_that_is_full_places_nothing),
		cmocka_unit_test(any_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
