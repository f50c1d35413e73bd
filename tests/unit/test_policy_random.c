/* SPDX-License-Identifier: MIT */
/* The random parts of the policy: places, and the beginning of the search. */
#include "unit.h"

#include "dice.h"
#include "policy_bed.h"

/* The places of 20 one-page mappings at random in the wrapped window. */
static void draw(struct tree *tree, uint64_t seed, int place[20])
{
	struct policy policy = at_base(PLACE_RANDOM, 100);

	policy.random = seed;
	for (int i = 0; i < 20; i++)
		place[i] = map(&policy, tree, &wrapped, 1);
	tree_clear(tree, 0, UINTPTR_MAX);
}

static void equal_seeds_give_equal_places(void **state)
{
	struct dice dice = dice_new(__func__);
	uint64_t seed = dice_bits(&dice);
	int first[20], again[20];

	draw(*state, seed, first);
	draw(*state, seed, again);
	assert_memory_equal(first, again, sizeof(first));
}

static void different_seeds_give_different_places(void **state)
{
	int first[20], other[20];

	draw(*state, 1, first);
	draw(*state, 2, other);
	assert_memory_not_equal(first, other, sizeof(first));
}

static void random_places_are_in_both_spans_of_a_wrapped_window(void **state)
{
	struct dice dice = dice_new(__func__);
	int upper = 0, lower = 0, place[20];

	for (int round = 0; round < 20; round++) {
		draw(*state, dice_bits(&dice), place);
		for (int i = 0; i < 20; i++) {
			upper += place[i] >= 60;
			lower += place[i] < 20;
		}
	}
	assert_int_equal(upper + lower, 400);
	assert_true(upper > 40);
	assert_true(lower > 40);
}

static void random_numbers_follow_from_the_state(void **state)
{
	struct policy a = { .random = 42 }, b = { .random = 42 }, zero = { .random = 0 };
	uint64_t first = policy_random(&a);

	(void)state;
	assert_int_equal(first, policy_random(&b));
	assert_int_not_equal(first, policy_random(&a));
	assert_int_not_equal(policy_random(&zero), policy_random(&zero));
}

static void the_default_base_is_the_edge_where_the_search_begins(void **state)
{
	const struct policy down = at_base(PLACE_TOPDOWN, 0);
	const struct policy up = at_base(PLACE_BOTTOMUP, 0);

	(void)state;
	assert_int_equal(policy_base(&down, &plain, PAGE, 0), A(40));
	assert_int_equal(policy_base(&up, &plain, PAGE, 0), A(10));
	assert_int_equal(policy_base(&down, &wrapped, PAGE, 0), A(100));
	assert_int_equal(policy_base(&up, &wrapped, PAGE, 0), A(0));
}

static void the_default_base_is_within_a_sixteenth_of_the_edge(void **state)
{
	static const struct spans large[] = {
		{ 1, { { 0x10000, 1UL << 32 } } },
		{ 2, { { 1UL << 32, 0x7ffffffff000 }, { 0x10000, 1UL << 31 } } },
		{ 1, { { 0x10000, 0x110000 } } },
	};
	struct dice dice = dice_new(__func__);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(large); i++) {
		struct span top = large[i].at[0], bottom = large[i].at[large[i].count - 1];
		const struct policy down = at_base(PLACE_TOPDOWN, 0);
		const struct policy up = at_base(PLACE_BOTTOMUP, 0);
		bool moved = false;

		for (int roll = 0; roll < 1000; roll++) {
			uint64_t random = dice_bits(&dice);
			uintptr_t high = policy_base(&down, &large[i], PAGE, random);
			uintptr_t low = policy_base(&up, &large[i], PAGE, random);

			assert_int_equal(high % PAGE, 0);
			assert_int_equal(low % PAGE, 0);
			assert_between(top.end - high, 0, (top.end - top.start) / 16);
			assert_between(low - bottom.start, 0, (bottom.end - bottom.start) / 16);
			moved = moved || (high != top.end && low != bottom.start);
		}
		assert_true(moved);
	}
}

static void a_window_too_small_to_randomise_starts_at_its_edge(void **state)
{
	const struct spans spans = { 1, { S(10, 25) } };
	const struct policy down = at_base(PLACE_TOPDOWN, 0);
	const struct policy up = at_base(PLACE_BOTTOMUP, 0);

	(void)state;
	assert_int_equal(policy_base(&down, &spans, PAGE, UINT64_MAX), A(25));
	assert_int_equal(policy_base(&up, &spans, PAGE, UINT64_MAX), A(10));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_A_TREE(equal_seeds_give_equal_places),
		ON_A_TREE(different_seeds_give_different_places),
		ON_A_TREE(random_places_are_in_both_spans_of_a_wrapped_window),
		cmocka_unit_test(random_numbers_follow_from_the_state),
		cmocka_unit_test(the_default_base_is_the_edge_where_the_search_begins),
		cmocka_unit_test(the_default_base_is_within_a_sixteenth_of_the_edge),
		cmocka_unit_test(a_window_too_small_to_randomise_starts_at_its_edge),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
