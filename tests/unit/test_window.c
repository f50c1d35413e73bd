/* SPDX-License-Identifier: MIT */
#include <errno.h>

#include "unit.h"

#include "core/window.h"

#define PAGE 0x1000UL
#define MIN 0x10000UL
#define TOP 0x7ffffffff000UL
#define GIB (1UL << 30)

static void check_clamp(struct window window, uintptr_t top, struct window expected)
{
	struct window given = window;

	if (window_clamp(&window, MIN, top, PAGE) != 0)
		fail_msg("%#lx-%#lx has nothing left", given.lower, given.upper);
	if (window.lower != expected.lower || window.upper != expected.upper)
		fail_msg("%#lx-%#lx becomes %#lx-%#lx", given.lower, given.upper, window.lower,
			 window.upper);
}

static void check_nothing_left(struct window window, uintptr_t top)
{
	struct window given = window;

	if (window_clamp(&window, MIN, top, PAGE) != -ERANGE)
		fail_msg("%#lx-%#lx leaves something", given.lower, given.upper);
	assert_int_equal(window.lower, given.lower);
	assert_int_equal(window.upper, given.upper);
}

#define W(l, u) ((struct window){ (l), (u) })

static void a_window_inside_stays_as_it_is(void **state)
{
	(void)state;
	check_clamp(W(GIB, 2 * GIB), TOP, W(GIB, 2 * GIB));
	check_clamp(W(MIN, TOP), TOP, W(MIN, TOP));
	check_clamp(W(MIN, MIN + PAGE), TOP, W(MIN, MIN + PAGE));
	check_clamp(W(TOP - PAGE, TOP), TOP, W(TOP - PAGE, TOP));
	check_clamp(W(2 * GIB, GIB), TOP, W(2 * GIB, GIB));
}

static void bounds_are_rounded_inwards_to_pages(void **state)
{
	(void)state;
	check_clamp(W(GIB + 1, 2 * GIB + 1), TOP, W(GIB + PAGE, 2 * GIB));
	check_clamp(W(GIB - 1, 2 * GIB - 1), TOP, W(GIB, 2 * GIB - PAGE));
	check_clamp(W(GIB + PAGE - 1, GIB + 3 * PAGE - 1), TOP, W(GIB + PAGE, GIB + 2 * PAGE));
	check_clamp(W(2 * GIB + 1, GIB + 1), TOP, W(2 * GIB + PAGE, GIB));
	check_clamp(W(2 * GIB - 1, GIB - 1), TOP, W(2 * GIB, GIB - PAGE));
}

static void pages_of_64k_are_rounded_to(void **state)
{
	struct window window = W(0x12345, 0x45678);

	(void)state;
	assert_int_equal(window_clamp(&window, 0x1000, TOP, 0x10000), 0);
	assert_int_equal(window.lower, 0x20000);
	assert_int_equal(window.upper, 0x40000);
}

static void unaligned_min_and_top_are_rounded_inwards_too(void **state)
{
	struct window window = W(0, UINTPTR_MAX);

	(void)state;
	assert_int_equal(window_clamp(&window, 0x10001, TOP + 1, PAGE), 0);
	assert_int_equal(window.lower, 0x11000);
	assert_int_equal(window.upper, TOP);
}

static void bounds_beyond_user_space_are_clamped(void **state)
{
	(void)state;
	check_clamp(W(0, GIB), TOP, W(MIN, GIB));
	check_clamp(W(1, GIB), TOP, W(MIN, GIB));
	check_clamp(W(MIN - 1, GIB), TOP, W(MIN, GIB));
	check_clamp(W(GIB, TOP + 1), TOP, W(GIB, TOP));
	check_clamp(W(GIB, TOP + PAGE), TOP, W(GIB, TOP));
	check_clamp(W(GIB, UINTPTR_MAX), TOP, W(GIB, TOP));
	check_clamp(W(0, UINTPTR_MAX), TOP, W(MIN, TOP));
}

static void a_window_may_end_with_the_address_space(void **state)
{
	const uintptr_t last = UINTPTR_MAX & ~(PAGE - 1);

	(void)state;
	check_clamp(W(GIB, UINTPTR_MAX), UINTPTR_MAX, W(GIB, last));
	check_clamp(W(last - PAGE, UINTPTR_MAX), UINTPTR_MAX, W(last - PAGE, last));
	check_nothing_left(W(last, UINTPTR_MAX), UINTPTR_MAX);
	check_nothing_left(W(last + 1, UINTPTR_MAX), UINTPTR_MAX);
	check_nothing_left(W(UINTPTR_MAX - 1, UINTPTR_MAX), UINTPTR_MAX);
}

static void an_ordinary_window_can_have_nothing_left(void **state)
{
	(void)state;
	check_nothing_left(W(0, 1), TOP);
	check_nothing_left(W(0, MIN), TOP);
	check_nothing_left(W(PAGE, 2 * PAGE), TOP);
	check_nothing_left(W(MIN, MIN + PAGE - 1), TOP);
	check_nothing_left(W(MIN + 1, MIN + 2 * PAGE - 1), TOP);
	check_nothing_left(W(GIB + 1, GIB + 2), TOP);
	check_nothing_left(W(TOP - 1, TOP), TOP);
	check_nothing_left(W(TOP, TOP + PAGE), TOP);
	check_nothing_left(W(TOP, UINTPTR_MAX), TOP);
	check_nothing_left(W(UINTPTR_MAX - 1, UINTPTR_MAX), TOP);
}

static void no_limit_stays_no_limit(void **state)
{
	(void)state;
	check_clamp(W(0, 0), TOP, W(0, 0));
	check_clamp(W(0x123, 0x123), TOP, W(0x123, 0x123));
	check_clamp(W(UINTPTR_MAX, UINTPTR_MAX), TOP, W(UINTPTR_MAX, UINTPTR_MAX));
}

static void a_wrapped_window_keeps_its_one_piece(void **state)
{
	(void)state;
	check_clamp(W(GIB, 0), TOP, W(GIB, TOP));
	check_clamp(W(GIB, MIN), TOP, W(GIB, TOP));
	check_clamp(W(GIB, MIN + PAGE - 1), TOP, W(GIB, TOP));
	check_clamp(W(TOP, GIB), TOP, W(MIN, GIB));
	check_clamp(W(TOP - PAGE + 1, GIB), TOP, W(MIN, GIB));
	check_clamp(W(UINTPTR_MAX, GIB), TOP, W(MIN, GIB));
	check_clamp(W(UINTPTR_MAX, GIB), UINTPTR_MAX, W(MIN, GIB));
}

static void the_smallest_pieces_of_a_wrapped_window(void **state)
{
	(void)state;
	check_clamp(W(TOP - PAGE, MIN + PAGE), TOP, W(TOP - PAGE, MIN + PAGE));
	check_clamp(W(TOP - PAGE, 0), TOP, W(TOP - PAGE, TOP));
	check_clamp(W(UINTPTR_MAX, MIN + PAGE), TOP, W(MIN, MIN + PAGE));
}

static void a_hole_beyond_user_space_is_no_limit(void **state)
{
	(void)state;
	check_clamp(W(MIN, 0), TOP, W(0, 0));
	check_clamp(W(1, 0), TOP, W(0, 0));
	check_clamp(W(MIN, PAGE), TOP, W(0, 0));
	check_clamp(W(UINTPTR_MAX, TOP), TOP, W(0, 0));
	check_clamp(W(UINTPTR_MAX, TOP + 1), TOP, W(0, 0));
	check_clamp(W(TOP + PAGE, TOP), TOP, W(0, 0));
}

static void a_hole_of_one_byte_costs_its_page(void **state)
{
	(void)state;
	check_clamp(W(GIB + 1, GIB), TOP, W(GIB + PAGE, GIB));
	check_clamp(W(GIB + 2, GIB + 1), TOP, W(GIB + PAGE, GIB));
}

static void a_hole_that_takes_all_leaves_nothing(void **state)
{
	(void)state;
	check_nothing_left(W(TOP, MIN), TOP);
	check_nothing_left(W(TOP, 0), TOP);
	check_nothing_left(W(UINTPTR_MAX, 0), TOP);
	check_nothing_left(W(UINTPTR_MAX, 0), UINTPTR_MAX);
	check_nothing_left(W(TOP - PAGE + 1, MIN + PAGE - 1), TOP);
}

static void check_spans(struct spans spans, int count, struct span first, struct span second)
{
	const struct span expected[2] = { first, second };

	assert_int_equal(spans.count, count);
	for (int i = 0; i < count; i++) {
		assert_int_equal(spans.at[i].start, expected[i].start);
		assert_int_equal(spans.at[i].end, expected[i].end);
	}
}

#define S(s, e) ((struct span){ (s), (e) })
#define NO_SPAN S(0, 0)

static void an_ordinary_window_is_one_span(void **state)
{
	(void)state;
	check_spans(window_spans(&W(GIB, 2 * GIB), MIN, TOP), 1, S(GIB, 2 * GIB), NO_SPAN);
	check_spans(window_spans(&W(MIN, TOP), MIN, TOP), 1, S(MIN, TOP), NO_SPAN);
}

static void a_wrapped_window_is_two_spans_from_the_top(void **state)
{
	(void)state;
	check_spans(window_spans(&W(2 * GIB, GIB), MIN, TOP), 2, S(2 * GIB, TOP), S(MIN, GIB));
}

static void a_wrapped_window_of_one_piece_is_one_span(void **state)
{
	(void)state;
	check_spans(window_spans(&W(GIB, MIN), MIN, TOP), 1, S(GIB, TOP), NO_SPAN);
	check_spans(window_spans(&W(TOP, GIB), MIN, TOP), 1, S(MIN, GIB), NO_SPAN);
	check_spans(window_spans(&W(TOP, MIN), MIN, TOP), 0, NO_SPAN, NO_SPAN);
}

static void no_limit_is_one_span_of_all(void **state)
{
	(void)state;
	check_spans(window_spans(&W(0, 0), MIN, TOP), 1, S(MIN, TOP), NO_SPAN);
}

static void outside_an_ordinary_window(void **state)
{
	(void)state;
	check_spans(window_outside(&W(GIB, 2 * GIB), MIN, TOP), 2, S(MIN, GIB), S(2 * GIB, TOP));
	check_spans(window_outside(&W(MIN, GIB), MIN, TOP), 1, S(GIB, TOP), NO_SPAN);
	check_spans(window_outside(&W(GIB, TOP), MIN, TOP), 1, S(MIN, GIB), NO_SPAN);
	check_spans(window_outside(&W(MIN, TOP), MIN, TOP), 0, NO_SPAN, NO_SPAN);
}

static void outside_a_wrapped_window_is_its_hole(void **state)
{
	(void)state;
	check_spans(window_outside(&W(2 * GIB, GIB), MIN, TOP), 1, S(GIB, 2 * GIB), NO_SPAN);
}

static void outside_no_limit_is_nothing(void **state)
{
	(void)state;
	check_spans(window_outside(&W(0, 0), MIN, TOP), 0, NO_SPAN, NO_SPAN);
	check_spans(window_outside(&W(GIB, GIB), MIN, TOP), 0, NO_SPAN, NO_SPAN);
}

static void inside_and_outside_are_all_of_user_space(void **state)
{
	static const uintptr_t bound[] = { MIN, MIN + PAGE, GIB, 2 * GIB, TOP - PAGE, TOP };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bound); i++)
		for (size_t j = 0; j < ARRAY_SIZE(bound); j++) {
			struct spans in = window_spans(&W(bound[i], bound[j]), MIN, TOP);
			struct spans out = window_outside(&W(bound[i], bound[j]), MIN, TOP);
			uintptr_t sum = 0;

			for (int k = 0; k < in.count; k++)
				sum += in.at[k].end - in.at[k].start;
			for (int k = 0; k < out.count; k++)
				sum += out.at[k].end - out.at[k].start;
			assert_int_equal(sum, TOP - MIN);
			assert_int_equal(window_intersect(&in, &out).count, 0);
		}
}

static void an_ordinary_window_holds_what_lies_between(void **state)
{
	const struct window window = W(GIB, 2 * GIB);

	(void)state;
	assert_true(window_holds(&window, GIB, GIB));
	assert_true(window_holds(&window, GIB, 1));
	assert_true(window_holds(&window, 2 * GIB - 1, 1));
	assert_true(window_holds(&window, GIB, 0));
	assert_false(window_holds(&window, GIB - 1, 1));
	assert_false(window_holds(&window, GIB - 1, GIB));
	assert_false(window_holds(&window, 2 * GIB, 1));
	assert_false(window_holds(&window, GIB, GIB + 1));
	assert_false(window_holds(&window, GIB - 1, GIB + 2));
	assert_false(window_holds(&window, 0, 1));
	assert_false(window_holds(&window, UINTPTR_MAX, 0));
}

static void a_wrapped_window_holds_all_but_the_hole(void **state)
{
	const struct window window = W(2 * GIB, GIB);

	(void)state;
	assert_true(window_holds(&window, 2 * GIB, GIB));
	assert_true(window_holds(&window, 0, GIB));
	assert_true(window_holds(&window, GIB - 1, 1));
	assert_true(window_holds(&window, TOP - 1, 1));
	assert_false(window_holds(&window, GIB, 1));
	assert_false(window_holds(&window, GIB - 1, 2));
	assert_false(window_holds(&window, 2 * GIB - 1, 1));
	assert_false(window_holds(&window, 2 * GIB - 1, 2));
	assert_false(window_holds(&window, 0, 3 * GIB));
}

static void what_wraps_past_the_last_address_is_never_held(void **state)
{
	(void)state;
	assert_false(window_holds(&W(GIB, UINTPTR_MAX), GIB + 1, UINTPTR_MAX));
	assert_false(window_holds(&W(2 * GIB, GIB), TOP, UINTPTR_MAX));
	assert_false(window_holds(&W(2 * GIB, GIB), UINTPTR_MAX, 1));
	assert_false(window_holds(&W(0, 0), UINTPTR_MAX, 2));
}

static void no_limit_holds_everything(void **state)
{
	(void)state;
	assert_true(window_holds(&W(0, 0), 0, 1));
	assert_true(window_holds(&W(0, 0), 0, UINTPTR_MAX));
	assert_true(window_holds(&W(GIB, GIB), TOP, PAGE));
}

static void check_list(struct spans a, struct spans b, int count, const struct span *expected)
{
	struct span_list list = window_intersect(&a, &b);

	assert_int_equal(list.count, count);
	for (int i = 0; i < count; i++) {
		assert_int_equal(list.at[i].start, expected[i].start);
		assert_int_equal(list.at[i].end, expected[i].end);
	}
}

static void spans_intersect_in_the_order_of_the_first(void **state)
{
	const struct spans wrapped = { 2, { S(60, 100), S(0, 40) } };
	const struct spans other = { 2, { S(80, 100), S(0, 70) } };
	const struct spans middle = { 1, { S(30, 70) } };
	const struct spans hole = { 1, { S(40, 60) } };
	const struct spans none = { .count = 0 };

	(void)state;
	check_list(wrapped, middle, 2, (struct span[]){ S(60, 70), S(30, 40) });
	check_list(middle, wrapped, 2, (struct span[]){ S(60, 70), S(30, 40) });
	check_list(wrapped, other, 3, (struct span[]){ S(80, 100), S(60, 70), S(0, 40) });
	check_list(wrapped, wrapped, 2, (struct span[]){ S(60, 100), S(0, 40) });
	check_list(wrapped, hole, 0, NULL);
	check_list(wrapped, none, 0, NULL);
	check_list(none, wrapped, 0, NULL);
}

static void the_edge_is_a_small_random_part(void **state)
{
	const struct window small = { 0x10000, 0x10000 + 255 * 0x1000 };
	const struct window wrapped = { 0x20000000, 0x10000000 };
	const struct window gib = { 1UL << 30, 1UL << 31 }, all = { 0x10000, 1UL << 57 };

	(void)state;
	assert_int_equal(window_edge(&small, 0x1000, 12345), 0);
	assert_int_equal(window_edge(&wrapped, 0x1000, 12345), 0);
	assert_int_equal(window_edge(&gib, 0x1000, 1023), 1023 * 0x1000);
	assert_int_equal(window_edge(&gib, 0x1000, 1024), 0);
	/* No more bits than the kernel's own. */
	assert_int_equal(window_edge(&all, 0x1000, (1UL << 28) + 5), 5 * 0x1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_window_inside_stays_as_it_is),
		cmocka_unit_test(bounds_are_rounded_inwards_to_pages),
		cmocka_unit_test(pages_of_64k_are_rounded_to),
		cmocka_unit_test(unaligned_min_and_top_are_rounded_inwards_too),
		cmocka_unit_test(bounds_beyond_user_space_are_clamped),
		cmocka_unit_test(a_window_may_end_with_the_address_space),
		cmocka_unit_test(an_ordinary_window_can_have_nothing_left),
		cmocka_unit_test(no_limit_stays_no_limit),
		cmocka_unit_test(a_wrapped_window_keeps_its_one_piece),
		cmocka_unit_test(the_smallest_pieces_of_a_wrapped_window),
		cmocka_unit_test(a_hole_beyond_user_space_is_no_limit),
		cmocka_unit_test(a_hole_of_one_byte_costs_its_page),
		cmocka_unit_test(a_hole_that_takes_all_leaves_nothing),
		cmocka_unit_test(an_ordinary_window_is_one_span),
		cmocka_unit_test(a_wrapped_window_is_two_spans_from_the_top),
		cmocka_unit_test(a_wrapped_window_of_one_piece_is_one_span),
		cmocka_unit_test(no_limit_is_one_span_of_all),
		cmocka_unit_test(outside_an_ordinary_window),
		cmocka_unit_test(outside_a_wrapped_window_is_its_hole),
		cmocka_unit_test(outside_no_limit_is_nothing),
		cmocka_unit_test(inside_and_outside_are_all_of_user_space),
		cmocka_unit_test(an_ordinary_window_holds_what_lies_between),
		cmocka_unit_test(a_wrapped_window_holds_all_but_the_hole),
		cmocka_unit_test(what_wraps_past_the_last_address_is_never_held),
		cmocka_unit_test(no_limit_holds_everything),
		cmocka_unit_test(spans_intersect_in_the_order_of_the_first),
		cmocka_unit_test(the_edge_is_a_small_random_part),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
