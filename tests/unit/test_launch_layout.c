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

/* For any request: inside, aligned, apart from all others. */
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

#define TOP ((1UL << 47) - PAGE)
#define STACK 0x7ffd12345000UL
#define BASE 0x7f1234567000UL

static void the_kernels_places_follow_from_its_stack(void **state)
{
	struct layout layout = one(0x10000, TOP);
	struct native native = layout_native(&layout, STACK, BASE, PAGE);

	(void)state;
	assert_true(native.fits);
	assert_int_equal(native.image, 0x555555554000UL);
	assert_int_equal(native.base, BASE);
	assert_int_equal(native.end, TOP);
	/* AArch64's. */
	layout = one(0x10000, 1UL << 48);
	native = layout_native(&layout, 0xffffc0000000UL, 0xffff80000000UL, PAGE);
	assert_true(native.fits);
	assert_int_equal(native.image, 0xaaaaaaaaa000UL);
	/* Processors with more bits give the rest to calls that ask for it. */
	layout = one(0x10000, 1UL << 56);
	native = layout_native(&layout, STACK, BASE, PAGE);
	assert_true(native.fits);
	assert_int_equal(native.end, TOP);
}

static void a_window_that_lacks_one_of_the_kernels_places_has_none(void **state)
{
	struct layout layout = one(0x555555554000UL, TOP);

	(void)state;
	assert_true(layout_native(&layout, STACK, BASE, PAGE).fits);
	assert_false(layout_native(&layout, 0, BASE, PAGE).fits);
	/* Where it searches from the bottom up. */
	assert_false(layout_native(&layout, STACK, 0x2aaaaaaab000UL, PAGE).fits);
	layout = one(0x555555555000UL, TOP);
	assert_false(layout_native(&layout, STACK, BASE, PAGE).fits);
	layout = one(0x10000, TOP - PAGE);
	assert_false(layout_native(&layout, STACK, BASE, PAGE).fits);
	layout = layout_of((struct spans){ 2, { { 1UL << 46, TOP }, { 0x10000, 1UL << 45 } } });
	assert_true(layout_native(&layout, STACK, BASE, PAGE).fits);
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
		cmocka_unit_test(the_kernels_places_follow_from_its_stack),
		cmocka_unit_test(a_window_that_lacks_one_of_the_kernels_places_has_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
