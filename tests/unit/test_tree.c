/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "naive.h"

#include "core/tree.h"

#define A(page) NAIVE_ADDRESS(page)

static const struct mapping_info guest = { .kind = KIND_GUEST, .caller = 0x111, .when = 1 };
static const struct mapping_info host = { .kind = KIND_HOST, .caller = 0x222, .when = 2 };

static int make(void **state)
{
	*state = bed_make(4096);
	return 0;
}

static int unmake(void **state)
{
	bed_free(*state);
	return 0;
}

static void check_tree(const struct tree *tree)
{
	const char *why = tree_check(tree);

	if (why)
		fail_msg("%s", why);
}

/* Checks the entry at a page, extent and kind, and hands it out for more. */
static struct entry check_entry(const struct tree *tree, uint32_t page, uint32_t start,
				uint32_t end, unsigned int kind)
{
	struct entry entry;

	check_tree(tree);
	assert_true(tree_find(tree, A(page), &entry));
	assert_int_equal(entry.start, A(start));
	assert_int_equal(entry.end, A(end));
	assert_int_equal(entry.info.kind, kind);
	return entry;
}

static void an_empty_tree_has_nothing(void **state)
{
	const struct tree *tree = *state;
	struct entry entry;

	check_tree(tree);
	assert_int_equal(tree->entries, 0);
	assert_int_equal(tree->used, 0);
	assert_false(tree_entry(tree, tree_first(tree), &entry));
	assert_false(tree_entry(tree, tree_seek(tree, A(5)), &entry));
	assert_false(tree_find(tree, A(5), &entry));
	assert_true(tree_is_free(tree, 0, UINTPTR_MAX));
	assert_true(tree_room(tree));
}

static void changing_nothing_in_an_empty_tree_is_harmless(void **state)
{
	struct tree *tree = *state;

	tree_clear(tree, 0, UINTPTR_MAX);
	check_tree(tree);
	assert_int_equal(tree->used, 0);
}

static void an_entry_is_found_from_its_first_to_its_last_byte(void **state)
{
	struct tree *tree = *state;
	struct entry entry;

	tree_set(tree, A(5), A(7), &guest);
	check_entry(tree, 5, 5, 7, KIND_GUEST);
	assert_false(tree_find(tree, A(5) - 1, &entry));
	assert_true(tree_find(tree, A(5), &entry));
	assert_true(tree_find(tree, A(7) - 1, &entry));
	assert_false(tree_find(tree, A(7), &entry));
}

static void details_come_back_as_they_went_in(void **state)
{
	const struct mapping_info info = { .caller = 0x123456789abc, .when = 77, .page = 3,
					   .kind = KIND_OWN, .flags = ENTRY_SHM | ENTRY_OUTSIDE,
					   .owner = 0xfffe };
	struct tree *tree = *state;
	struct entry entry;

	tree_set(tree, A(1), A(2), &info);
	entry = check_entry(tree, 1, 1, 2, KIND_OWN);
	assert_memory_equal(&entry.info, &info, sizeof(info));
}

static void free_is_what_no_entry_touches(void **state)
{
	struct tree *tree = *state;

	tree_set(tree, A(5), A(7), &guest);
	tree_set(tree, A(9), A(10), &guest);
	assert_true(tree_is_free(tree, 0, A(5)));
	assert_true(tree_is_free(tree, A(7), A(9)));
	assert_true(tree_is_free(tree, A(10), UINTPTR_MAX));
	assert_false(tree_is_free(tree, 0, A(5) + 1));
	assert_false(tree_is_free(tree, A(7) - 1, A(7)));
	assert_false(tree_is_free(tree, A(6), A(7)));
	assert_false(tree_is_free(tree, 0, UINTPTR_MAX));
	assert_false(tree_is_free(tree, A(7), A(9) + 1));
}

static void entries_reach_both_ends_of_the_address_space(void **state)
{
	struct tree *tree = *state;
	struct entry entry;

	tree_set(tree, 0, 1, &guest);
	tree_set(tree, UINTPTR_MAX - 1, UINTPTR_MAX, &guest);
	check_tree(tree);
	assert_true(tree_find(tree, 0, &entry));
	assert_true(tree_find(tree, UINTPTR_MAX - 1, &entry));
	assert_false(tree_find(tree, UINTPTR_MAX, &entry));
	assert_true(tree_is_free(tree, 1, UINTPTR_MAX - 1));
	tree_clear(tree, 0, UINTPTR_MAX);
	assert_int_equal(tree->entries, 0);
}

static void seek_finds_the_first_entry_that_ends_above(void **state)
{
	struct tree *tree = *state;
	struct entry entry;

	tree_set(tree, A(5), A(7), &guest);
	tree_set(tree, A(9), A(10), &host);
	assert_true(tree_entry(tree, tree_seek(tree, 0), &entry));
	assert_int_equal(entry.start, A(5));
	assert_true(tree_entry(tree, tree_seek(tree, A(7) - 1), &entry));
	assert_int_equal(entry.start, A(5));
	assert_true(tree_entry(tree, tree_seek(tree, A(7)), &entry));
	assert_int_equal(entry.start, A(9));
	assert_false(tree_entry(tree, tree_seek(tree, A(10)), &entry));
}

static void cursors_go_both_ways_through_many_leaves(void **state)
{
	enum { COUNT = 1000 };
	struct tree *tree = *state;
	struct cursor at, last = { 0 };
	struct entry entry;
	uint32_t i = 0;

	for (uint32_t page = 0; page < COUNT; page++)
		tree_set(tree, A(2 * page), A(2 * page + 1), &guest);
	for (at = tree_first(tree); tree_entry(tree, at, &entry); at = tree_next(tree, at)) {
		assert_int_equal(entry.start, A(2 * i++));
		last = at;
	}
	assert_int_equal(i, COUNT);
	for (at = last; tree_entry(tree, at, &entry); at = tree_previous(tree, at))
		assert_int_equal(entry.start, A(2 * --i));
	assert_int_equal(i, 0);
}

static void beyond_the_ends_cursors_stay_none(void **state)
{
	struct tree *tree = *state;
	struct entry entry;
	struct cursor none;

	tree_set(tree, A(1), A(2), &guest);
	none = tree_next(tree, tree_first(tree));
	assert_false(tree_entry(tree, none, &entry));
	assert_false(tree_entry(tree, tree_next(tree, none), &entry));
	none = tree_previous(tree, tree_first(tree));
	assert_false(tree_entry(tree, none, &entry));
	assert_false(tree_entry(tree, tree_previous(tree, none), &entry));
}

static void equal_neighbours_merge_on_both_sides(void **state)
{
	struct tree *tree = *state;

	tree_set(tree, A(1), A(3), &guest);
	tree_set(tree, A(5), A(7), &guest);
	assert_int_equal(tree->entries, 2);
	tree_set(tree, A(3), A(5), &guest);
	assert_int_equal(tree->entries, 1);
	check_entry(tree, 4, 1, 7, KIND_GUEST);
}

static void of_merged_neighbours_the_later_caller_and_number_stay(void **state)
{
	struct mapping_info later = guest;
	struct tree *tree = *state;
	struct entry entry;

	later.caller = 0x999;
	later.when = 50;
	tree_set(tree, A(3), A(5), &guest);
	tree_set(tree, A(5), A(7), &later);
	entry = check_entry(tree, 3, 3, 7, KIND_GUEST);
	assert_int_equal(entry.info.caller, 0x999);
	assert_int_equal(entry.info.when, 50);
	later.when = 51;
	tree_set(tree, A(1), A(3), &later);
	assert_int_equal(check_entry(tree, 6, 1, 7, KIND_GUEST).info.when, 51);
}

static void neighbours_that_differ_stay_apart(void **state)
{
	struct mapping_info owner = guest, flags = guest, segment = guest;
	const struct mapping_info *const other[] = { &host, &owner, &flags };
	struct tree *tree = *state;

	owner.owner = 1;
	flags.flags = ENTRY_OUTSIDE;
	for (size_t i = 0; i < ARRAY_SIZE(other); i++) {
		tree_set(tree, A(1), A(3), &guest);
		tree_set(tree, A(3), A(5), other[i]);
		tree_set(tree, A(5), A(7), &guest);
		check_tree(tree);
		assert_int_equal(tree->entries, 3);
	}
	segment.flags = ENTRY_SHM;
	tree_set(tree, A(10), A(12), &segment);
	segment.page = 2;
	tree_set(tree, A(12), A(14), &segment);
	assert_int_equal(tree->entries, 5);
	check_entry(tree, 11, 10, 12, KIND_GUEST);
}

static void neighbours_do_not_merge_across_a_gap(void **state)
{
	struct tree *tree = *state;

	tree_set(tree, A(1), A(3), &guest);
	tree_set(tree, A(3) + 1, A(5), &guest);
	check_tree(tree);
	assert_int_equal(tree->entries, 2);
}

static void setting_within_an_interval_cuts_it_in_three(void **state)
{
	struct tree *tree = *state;

	tree_set(tree, A(10), A(20), &guest);
	tree_set(tree, A(13), A(15), &host);
	assert_int_equal(tree->entries, 3);
	check_entry(tree, 12, 10, 13, KIND_GUEST);
	check_entry(tree, 13, 13, 15, KIND_HOST);
	check_entry(tree, 15, 15, 20, KIND_GUEST);
}

static void setting_replaces_what_it_covers_and_cuts_the_rest(void **state)
{
	struct tree *tree = *state;

	tree_set(tree, A(1), A(4), &host);
	tree_set(tree, A(5), A(6), &host);
	tree_set(tree, A(7), A(10), &host);
	tree_set(tree, A(3), A(8), &guest);
	assert_int_equal(tree->entries, 3);
	check_entry(tree, 1, 1, 3, KIND_HOST);
	check_entry(tree, 5, 3, 8, KIND_GUEST);
	check_entry(tree, 9, 8, 10, KIND_HOST);
}

static void setting_the_same_again_keeps_one_entry(void **state)
{
	struct tree *tree = *state;

	tree_set(tree, A(10), A(20), &guest);
	tree_set(tree, A(10), A(20), &guest);
	tree_set(tree, A(13), A(15), &guest);
	tree_set(tree, A(8), A(12), &guest);
	assert_int_equal(tree->entries, 1);
	check_entry(tree, 10, 8, 20, KIND_GUEST);
}

static void clearing_cuts_head_tail_and_middle(void **state)
{
	struct tree *tree = *state;

	tree_set(tree, A(10), A(20), &guest);
	tree_clear(tree, A(5), A(11));
	check_entry(tree, 11, 11, 20, KIND_GUEST);
	tree_clear(tree, A(19), A(30));
	check_entry(tree, 11, 11, 19, KIND_GUEST);
	tree_clear(tree, A(14), A(15));
	check_entry(tree, 11, 11, 14, KIND_GUEST);
	check_entry(tree, 15, 15, 19, KIND_GUEST);
	tree_clear(tree, A(14), A(15));
	assert_int_equal(tree->entries, 2);
}

static void cutting_the_head_moves_the_offset_in_a_segment(void **state)
{
	struct mapping_info segment = { .kind = KIND_GUEST, .flags = ENTRY_SHM, .page = 5 };
	struct tree *tree = *state;

	tree_set(tree, A(10), A(20), &segment);
	tree_clear(tree, A(8), A(12));
	assert_int_equal(check_entry(tree, 12, 12, 20, KIND_GUEST).info.page, 7);
	tree_clear(tree, A(18), A(20));
	assert_int_equal(check_entry(tree, 12, 12, 18, KIND_GUEST).info.page, 7);
	tree_clear(tree, A(14), A(15));
	assert_int_equal(check_entry(tree, 12, 12, 14, KIND_GUEST).info.page, 7);
	assert_int_equal(check_entry(tree, 15, 15, 18, KIND_GUEST).info.page, 10);
}

static void only_segments_have_an_offset_that_moves(void **state)
{
	struct mapping_info info = guest;
	struct tree *tree = *state;

	info.page = 5;
	tree_set(tree, A(10), A(20), &info);
	tree_clear(tree, A(10), A(12));
	assert_int_equal(check_entry(tree, 12, 12, 20, KIND_GUEST).info.page, 5);
}

/* Pieces and their neighbours lie in one leaf or in two, at its start, its end
 * or within: with so many entries, each of it somewhere. */
static void every_interval_can_be_cut_and_made_whole(void **state)
{
	enum { COUNT = 1000 };
	struct tree *tree = *state;
	struct mapping_info again = guest;

	again.when = 9;
	for (uint32_t page = 0; page < 8 * COUNT; page += 8)
		tree_set(tree, A(page), A(page + 6), &guest);
	for (uint32_t page = 0; page < 8 * COUNT; page += 8) {
		tree_clear(tree, A(page + 2), A(page + 4));
		check_entry(tree, page + 1, page, page + 2, KIND_GUEST);
		check_entry(tree, page + 5, page + 4, page + 6, KIND_GUEST);
	}
	assert_int_equal(tree->entries, 2 * COUNT);
	for (uint32_t page = 0; page < 8 * COUNT; page += 8) {
		struct entry entry;

		tree_set(tree, A(page + 2), A(page + 4), &again);
		entry = check_entry(tree, page, page, page + 6, KIND_GUEST);
		assert_int_equal(entry.info.when, 9);
	}
	assert_int_equal(tree->entries, COUNT);
}

static void clearing_takes_any_number_of_leaves(void **state)
{
	enum { COUNT = 1000 };
	struct tree *tree = *state;

	for (uint32_t page = 0; page < 4 * COUNT; page += 4)
		tree_set(tree, A(page), A(page + 3), &guest);
	for (uint32_t cut = 1; cut < COUNT / 2; cut *= 3) {
		tree_clear(tree, A(4 * cut + 1), A(8 * cut + 2));
		check_entry(tree, 4 * cut, 4 * cut, 4 * cut + 1, KIND_GUEST);
		check_entry(tree, 8 * cut + 2, 8 * cut + 2, 8 * cut + 3, KIND_GUEST);
		assert_true(tree_is_free(tree, A(4 * cut + 1), A(8 * cut + 2)));
	}
}

int main(void)
{
#define ON_A_TREE(test) cmocka_unit_test_setup_teardown(test, make, unmake)
	const struct CMUnitTest tests[] = {
		ON_A_TREE(an_empty_tree_has_nothing),
		ON_A_TREE(changing_nothing_in_an_empty_tree_is_harmless),
		ON_A_TREE(an_entry_is_found_from_its_first_to_its_last_byte),
		ON_A_TREE(details_come_back_as_they_went_in),
		ON_A_TREE(free_is_what_no_entry_touches),
		ON_A_TREE(entries_reach_both_ends_of_the_address_space),
		ON_A_TREE(seek_finds_the_first_entry_that_ends_above),
		ON_A_TREE(cursors_go_both_ways_through_many_leaves),
		ON_A_TREE(beyond_the_ends_cursors_stay_none),
		ON_A_TREE(equal_neighbours_merge_on_both_sides),
		ON_A_TREE(of_merged_neighbours_the_later_caller_and_number_stay),
		ON_A_TREE(neighbours_that_differ_stay_apart),
		ON_A_TREE(neighbours_do_not_merge_across_a_gap),
		ON_A_TREE(setting_within_an_interval_cuts_it_in_three),
		ON_A_TREE(setting_replaces_what_it_covers_and_cuts_the_rest),
		ON_A_TREE(setting_the_same_again_keeps_one_entry),
		ON_A_TREE(clearing_cuts_head_tail_and_middle),
		ON_A_TREE(cutting_the_head_moves_the_offset_in_a_segment),
		ON_A_TREE(only_segments_have_an_offset_that_moves),
		ON_A_TREE(every_interval_can_be_cut_and_made_whole),
		ON_A_TREE(clearing_takes_any_number_of_leaves),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
