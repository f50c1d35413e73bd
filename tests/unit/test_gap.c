/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "dice.h"
#include "naive.h"

#include "core/gap.h"

#define A(page) NAIVE_ADDRESS(page)
#define S(start, end) ((struct span){ A(start), A(end) })
#define PAGE NAIVE_PAGE

static const struct mapping_info guest = { .kind = KIND_GUEST };

static int make(void **state)
{
	*state = bed_make(256);
	return 0;
}

static int unmake(void **state)
{
	bed_free(*state);
	return 0;
}

/* Fills all of the first 100 pages but [10, 20), [40, 42) and [60, 61). */
static void build_three_gaps(struct tree *tree)
{
	tree_set(tree, A(0), A(100), &guest);
	tree_clear(tree, A(10), A(20));
	tree_clear(tree, A(40), A(42));
	tree_clear(tree, A(60), A(61));
}

static void in_an_empty_tree_the_edges_of_the_span_are_taken(void **state)
{
	const struct tree *tree = *state;

	assert_int_equal(gap_highest(tree, S(5, 9), PAGE, PAGE), A(8));
	assert_int_equal(gap_lowest(tree, S(5, 9), PAGE, PAGE), A(5));
	assert_int_equal(gap_largest(tree, S(5, 9)), 4 * PAGE);
}

static void check_first(const struct tree *tree, struct span within, uintptr_t start,
			uintptr_t end)
{
	struct span gap = gap_first(tree, within);

	assert_int_equal(gap.start, start);
	assert_int_equal(gap.end, end);
}

static void the_first_gap_is_the_lowest_cut_to_the_span(void **state)
{
	struct tree *tree = *state;

	check_first(tree, S(5, 9), A(5), A(9));
	build_three_gaps(tree);
	check_first(tree, S(0, 100), A(10), A(20));
	check_first(tree, S(15, 100), A(15), A(20));
	check_first(tree, S(12, 15), A(12), A(15));
	check_first(tree, S(20, 100), A(40), A(42));
	check_first(tree, S(61, 120), A(100), A(120));
	assert_true(span_empty(gap_first(tree, S(20, 40))));
	assert_true(span_empty(gap_first(tree, S(7, 7))));
}

static void the_whole_span_fits_and_a_byte_more_does_not(void **state)
{
	struct tree *tree = *state;
	struct span span = S(10, 20);

	build_three_gaps(tree);
	for (int round = 0; round < 2; round++) {
		assert_int_equal(gap_highest(tree, span, 10 * PAGE, PAGE), A(10));
		assert_int_equal(gap_lowest(tree, span, 10 * PAGE, PAGE), A(10));
		assert_int_equal(gap_random(tree, span, 10 * PAGE, PAGE, 12345), A(10));
		assert_int_equal(gap_highest(tree, span, 10 * PAGE + 1, PAGE), 0);
		assert_int_equal(gap_lowest(tree, span, 10 * PAGE + 1, PAGE), 0);
		assert_int_equal(gap_random(tree, span, 10 * PAGE + 1, PAGE, 12345), 0);
		tree_clear(tree, 0, UINTPTR_MAX); /* again without anything around it */
	}
}

static void the_highest_and_the_lowest_gap_that_fit(void **state)
{
	struct tree *tree = *state;

	build_three_gaps(tree);
	assert_int_equal(gap_highest(tree, S(0, 100), PAGE, PAGE), A(60));
	assert_int_equal(gap_highest(tree, S(0, 100), 2 * PAGE, PAGE), A(40));
	assert_int_equal(gap_highest(tree, S(0, 100), 3 * PAGE, PAGE), A(17));
	assert_int_equal(gap_lowest(tree, S(0, 100), PAGE, PAGE), A(10));
	assert_int_equal(gap_lowest(tree, S(15, 100), 6 * PAGE, PAGE), 0);
	assert_int_equal(gap_lowest(tree, S(19, 100), 2 * PAGE, PAGE), A(40));
	assert_int_equal(gap_lowest(tree, S(41, 100), 2 * PAGE, PAGE), 0);
	assert_int_equal(gap_largest(tree, S(0, 100)), 10 * PAGE);
}

static void below_the_first_and_above_the_last_entry(void **state)
{
	struct tree *tree = *state;

	tree_set(tree, A(50), A(60), &guest);
	assert_int_equal(gap_highest(tree, S(0, 100), PAGE, PAGE), A(99));
	assert_int_equal(gap_lowest(tree, S(0, 100), PAGE, PAGE), A(0));
	assert_int_equal(gap_highest(tree, S(0, 60), PAGE, PAGE), A(49));
	assert_int_equal(gap_lowest(tree, S(50, 100), PAGE, PAGE), A(60));
	assert_int_equal(gap_highest(tree, S(0, 100), 41 * PAGE, PAGE), A(9));
	assert_int_equal(gap_highest(tree, S(0, 100), 50 * PAGE, PAGE), A(0));
	assert_int_equal(gap_lowest(tree, S(1, 100), 50 * PAGE, PAGE), 0);
	assert_int_equal(gap_largest(tree, S(0, 100)), 50 * PAGE);
	assert_int_equal(gap_largest(tree, S(50, 100)), 40 * PAGE);
}

static void a_gap_reaching_beyond_the_span_is_cut(void **state)
{
	struct tree *tree = *state;

	build_three_gaps(tree);
	assert_int_equal(gap_highest(tree, S(12, 15), PAGE, PAGE), A(14));
	assert_int_equal(gap_lowest(tree, S(12, 15), PAGE, PAGE), A(12));
	assert_int_equal(gap_highest(tree, S(12, 15), 4 * PAGE, PAGE), 0);
	assert_int_equal(gap_largest(tree, S(12, 15)), 3 * PAGE);
}

static void a_full_or_empty_span_has_no_gap(void **state)
{
	struct tree *tree = *state;
	const struct span none[] = { S(20, 40), S(10, 10), S(12, 11) };

	build_three_gaps(tree);
	for (size_t i = 0; i < ARRAY_SIZE(none); i++) {
		assert_int_equal(gap_highest(tree, none[i], PAGE, PAGE), 0);
		assert_int_equal(gap_lowest(tree, none[i], PAGE, PAGE), 0);
		assert_int_equal(gap_random(tree, none[i], PAGE, PAGE, 7), 0);
		assert_int_equal(gap_largest(tree, none[i]), 0);
	}
}

static void alignment_is_kept(void **state)
{
	struct tree *tree = *state;

	/* Page 0 is at 64K, so that pages 16 and 32 are too. */
	tree_set(tree, A(0), A(100), &guest);
	tree_clear(tree, A(10), A(20));
	assert_int_equal(gap_highest(tree, S(0, 100), PAGE, 16 * PAGE), A(16));
	assert_int_equal(gap_lowest(tree, S(0, 100), PAGE, 16 * PAGE), A(16));
	assert_int_equal(gap_highest(tree, S(0, 100), 4 * PAGE, 16 * PAGE), A(16));
	assert_int_equal(gap_highest(tree, S(0, 100), 5 * PAGE, 16 * PAGE), 0);
	assert_int_equal(gap_lowest(tree, S(0, 100), 5 * PAGE, 16 * PAGE), 0);
	assert_int_equal(gap_random(tree, S(0, 100), 5 * PAGE, 16 * PAGE, 7), 0);
	assert_int_equal(gap_highest(tree, S(0, 100), PAGE, 64 * PAGE), 0);
	assert_int_equal(gap_lowest(tree, S(0, 100), PAGE, 64 * PAGE), 0);
}

static void a_large_misaligned_gap_is_passed_for_a_small_aligned_one(void **state)
{
	struct tree *tree = *state;

	tree_set(tree, A(0), A(100), &guest);
	tree_clear(tree, A(33), A(47));
	tree_clear(tree, A(16), A(17));
	tree_clear(tree, A(48), A(49));
	assert_int_equal(gap_highest(tree, S(0, 48), PAGE, 16 * PAGE), A(16));
	assert_int_equal(gap_lowest(tree, S(17, 100), PAGE, 16 * PAGE), A(48));
}

static void the_ends_of_the_address_space_do_not_overflow(void **state)
{
	const struct span all = { PAGE, UINTPTR_MAX };
	const size_t half = (size_t)1 << 63;
	struct tree *tree = *state;

	for (int round = 0; round < 2; round++) {
		assert_int_equal(gap_highest(tree, all, SIZE_MAX, PAGE), 0);
		assert_int_equal(gap_lowest(tree, all, SIZE_MAX, PAGE), 0);
		assert_int_equal(gap_random(tree, all, SIZE_MAX, PAGE, UINT64_MAX), 0);
		assert_int_equal(gap_highest(tree, all, PAGE, half), half);
		assert_int_equal(gap_lowest(tree, all, PAGE, half), half);
		assert_int_equal(gap_random(tree, all, PAGE, half, UINT64_MAX), half);
		assert_int_equal(gap_highest(tree, all, half, half), 0);
		assert_int_equal(gap_lowest(tree, all, half, half), 0);
		assert_int_equal(gap_lowest(tree, (struct span){ half + 1, UINTPTR_MAX }, PAGE,
					    half), 0);
		tree_set(tree, A(1), A(2), &guest);
		tree_set(tree, UINTPTR_MAX - PAGE, UINTPTR_MAX, &guest);
	}
}

static uintptr_t best_of(const struct tree *tree, uintptr_t base, size_t length, size_t align)
{
	struct gap_best best = { .base = base, .size = SIZE_MAX };

	gap_best(tree, S(0, 100), length, align, &best);
	return best.at;
}

static void the_best_gap_is_the_smallest_that_fits(void **state)
{
	struct tree *tree = *state;

	build_three_gaps(tree);
	assert_int_equal(best_of(tree, 0, PAGE, PAGE), A(60));
	assert_int_equal(best_of(tree, 0, 2 * PAGE, PAGE), A(40));
	assert_int_equal(best_of(tree, 0, 3 * PAGE, PAGE), A(17));
	assert_int_equal(best_of(tree, 0, 11 * PAGE, PAGE), 0);
	assert_int_equal(best_of(tree, 0, PAGE, 16 * PAGE), A(16));
	/* The base leaves [10, 13) and [13, 20), of which the upper one does not count. */
	assert_int_equal(best_of(tree, A(13), 3 * PAGE, PAGE), A(10));
	assert_int_equal(best_of(tree, A(13), 4 * PAGE, PAGE), 0);
	tree_clear(tree, A(50), A(51));
	assert_int_equal(best_of(tree, 0, PAGE, PAGE), A(60));
}

static void random_places_reach_every_place(void **state)
{
	enum { PLACES = 13, ROLLS = 5000 };
	struct tree *tree = *state;
	struct dice dice = dice_new(__func__);
	bool seen[100] = { false };
	int places = 0;

	build_three_gaps(tree);
	for (int i = 0; i < ROLLS; i++) {
		uintptr_t at = gap_random(tree, S(0, 100), PAGE, PAGE, dice_bits(&dice));
		uint32_t page = (uint32_t)((at - A(0)) / PAGE);

		assert_true(page < 100);
		places += !seen[page];
		seen[page] = true;
	}
	assert_int_equal(places, PLACES);
}

static struct span roll_span(struct dice *dice, uint32_t pages)
{
	uint32_t start = dice_roll(dice, pages);

	/* Some spans begin below the first page or end above the last. */
	if (dice_roll(dice, 8) == 0)
		return (struct span){ PAGE, A(pages + dice_roll(dice, 20)) };
	return S(start, start + 1 + dice_roll(dice, pages - start));
}

static void check_query(const struct naive *naive, const struct tree *tree, struct dice *dice)
{
	struct span span = roll_span(dice, naive->pages);
	size_t length = (1 + dice_roll(dice, 1U << dice_roll(dice, 7))) * PAGE;
	size_t align = PAGE << (dice_roll(dice, 3) ? 0 : dice_roll(dice, 8));
	uintptr_t high = naive_highest(naive, span, length, align);
	uintptr_t low = naive_lowest(naive, span, length, align);
	uintptr_t random = gap_random(tree, span, length, align, dice_bits(dice));
	struct gap_best best = { .base = A(dice_roll(dice, naive->pages)), .size = SIZE_MAX };

	gap_best(tree, span, length, align, &best);
	if (best.at != naive_best(naive, span, best.base, length, align))
		fail_msg("seed %" PRIu64 ": span %#lx-%#lx length %#zx align %#zx base %#lx: "
			 "best %#lx", dice->seed, span.start, span.end, length, align, best.base,
			 best.at);
	if (gap_highest(tree, span, length, align) != high ||
	    gap_lowest(tree, span, length, align) != low ||
	    gap_largest(tree, span) != naive_largest(naive, span) ||
	    (high ? !naive_fits(naive, span, random, length, align) : random != 0))
		fail_msg("seed %" PRIu64 ": span %#lx-%#lx length %#zx align %#zx: "
			 "highest %#lx not %#lx, lowest %#lx not %#lx, random %#lx", dice->seed,
			 span.start, span.end, length, align,
			 gap_highest(tree, span, length, align), high,
			 gap_lowest(tree, span, length, align), low, random);
}

/* Asks `queries` things of random trees of some density, each changed a little
 * between two questions. */
static void compare_queries(const char *test, uint32_t pages, uint32_t longest, uint32_t queries)
{
	struct dice dice = dice_new(test);
	struct tree *tree = bed_make(1024);
	struct naive naive;
	uint32_t height = 0, density = 4;

	naive_init(&naive, pages);
	for (uint32_t i = 0; i < queries; i++) {
		uint32_t start = dice_roll(&dice, pages - longest);
		struct stretch at = { start, start + 1 + dice_roll(&dice, longest) };

		if (i % 2000 == 0)
			density = 1 + dice_roll(&dice, 7);
		if (dice_roll(&dice, 8) < density) {
			tree_set(tree, A(at.start), A(at.end), &guest);
			naive_set(&naive, at, &guest);
		} else {
			tree_clear(tree, A(at.start), A(at.end));
			naive_clear(&naive, at);
		}
		check_query(&naive, tree, &dice);
		height = tree->height > height ? tree->height : height;
	}
	print_message("# height up to %u\n", height);
	naive_free(&naive);
	bed_free(tree);
}

static void a_hundred_thousand_questions_in_a_small_space(void **state)
{
	(void)state;
	compare_queries(__func__, 256, 6, 100000);
}

static void questions_of_a_higher_tree(void **state)
{
	(void)state;
	compare_queries(__func__, 8192, 2, 20000);
}

int main(void)
{
#define ON_A_TREE(test) cmocka_unit_test_setup_teardown(test, make, unmake)
	const struct CMUnitTest tests[] = {
		ON_A_TREE(in_an_empty_tree_the_edges_of_the_span_are_taken),
		ON_A_TREE(the_first_gap_is_the_lowest_cut_to_the_span),
		ON_A_TREE(the_whole_span_fits_and_a_byte_more_does_not),
		ON_A_TREE(the_highest_and_the_lowest_gap_that_fit),
		ON_A_TREE(below_the_first_and_above_the_last_entry),
		ON_A_TREE(a_gap_reaching_beyond_the_span_is_cut),
		ON_A_TREE(a_full_or_empty_span_has_no_gap),
		ON_A_TREE(alignment_is_kept),
		ON_A_TREE(a_large_misaligned_gap_is_passed_for_a_small_aligned_one),
		ON_A_TREE(the_ends_of_the_address_space_do_not_overflow),
		ON_A_TREE(the_best_gap_is_the_smallest_that_fits),
		ON_A_TREE(random_places_reach_every_place),
		cmocka_unit_test(a_hundred_thousand_questions_in_a_small_space),
		cmocka_unit_test(questions_of_a_higher_tree),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
