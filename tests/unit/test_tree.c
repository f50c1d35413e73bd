/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "naive.h"

#include "core/tree.h"

#define A(page) NAIVE_ADDRESS(page)

static const struct detail guest = { .kind = KIND_GUEST, .caller = 0x111, .when = 1 };
static const struct detail host = { .kind = KIND_HOST, .caller = 0x222, .when = 2 };

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
	assert_int_equal(entry.detail.kind, kind);
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
	tree_mark(tree, 0, UINTPTR_MAX, 1);
	tree_settle(tree, 0, UINTPTR_MAX, 1, true);
	tree_settle(tree, 0, UINTPTR_MAX, 1, false);
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
	const struct detail detail = { .caller = 0x123456789abc, .when = 77, .operation = 9,
				       .page = 3, .kind = KIND_OWN,
				       .flags = ENTRY_SHM | ENTRY_ARRIVING, .owner = 0xfffe };
	struct tree *tree = *state;
	struct entry entry;

	tree_set(tree, A(1), A(2), &detail);
	entry = check_entry(tree, 1, 1, 2, KIND_OWN);
	assert_memory_equal(&entry.detail, &detail, sizeof(detail));
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
	struct detail later = guest;
	struct tree *tree = *state;
	struct entry entry;

	later.caller = 0x999;
	later.when = 50;
	tree_set(tree, A(3), A(5), &guest);
	tree_set(tree, A(5), A(7), &later);
	entry = check_entry(tree, 3, 3, 7, KIND_GUEST);
	assert_int_equal(entry.detail.caller, 0x999);
	assert_int_equal(entry.detail.when, 50);
	later.when = 51;
	tree_set(tree, A(1), A(3), &later);
	assert_int_equal(check_entry(tree, 6, 1, 7, KIND_GUEST).detail.when, 51);
}

static void neighbours_that_differ_stay_apart(void **state)
{
	struct detail owner = guest, flags = guest, flight = guest, segment = guest;
	const struct detail *const other[] = { &host, &owner, &flags, &flight };
	struct tree *tree = *state;

	owner.owner = 1;
	flags.flags = ENTRY_OUTSIDE;
	flight.operation = 7;
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
	struct detail segment = { .kind = KIND_GUEST, .flags = ENTRY_SHM, .page = 5 };
	struct tree *tree = *state;

	tree_set(tree, A(10), A(20), &segment);
	tree_clear(tree, A(8), A(12));
	assert_int_equal(check_entry(tree, 12, 12, 20, KIND_GUEST).detail.page, 7);
	tree_clear(tree, A(18), A(20));
	assert_int_equal(check_entry(tree, 12, 12, 18, KIND_GUEST).detail.page, 7);
	tree_clear(tree, A(14), A(15));
	assert_int_equal(check_entry(tree, 12, 12, 14, KIND_GUEST).detail.page, 7);
	assert_int_equal(check_entry(tree, 15, 15, 18, KIND_GUEST).detail.page, 10);
	tree_mark(tree, A(16), A(17), 3);
	assert_int_equal(check_entry(tree, 15, 15, 16, KIND_GUEST).detail.page, 10);
	assert_int_equal(check_entry(tree, 16, 16, 17, KIND_GUEST).detail.page, 11);
	assert_int_equal(check_entry(tree, 17, 17, 18, KIND_GUEST).detail.page, 12);
}

static void only_segments_have_an_offset_that_moves(void **state)
{
	struct detail detail = guest;
	struct tree *tree = *state;

	detail.page = 5;
	tree_set(tree, A(10), A(20), &detail);
	tree_clear(tree, A(10), A(12));
	assert_int_equal(check_entry(tree, 12, 12, 20, KIND_GUEST).detail.page, 5);
}

static void marking_cuts_at_both_ends(void **state)
{
	struct tree *tree = *state;
	struct entry entry;

	tree_set(tree, A(10), A(20), &guest);
	tree_mark(tree, A(12), A(15), 42);
	assert_int_equal(tree->entries, 3);
	assert_int_equal(check_entry(tree, 10, 10, 12, KIND_GUEST).detail.operation, 0);
	entry = check_entry(tree, 13, 12, 15, KIND_GUEST);
	assert_int_equal(entry.detail.operation, 42);
	assert_int_equal(entry.detail.flags, ENTRY_LEAVING);
	assert_int_equal(check_entry(tree, 15, 15, 20, KIND_GUEST).detail.operation, 0);
}

static void marking_takes_every_entry_in_the_range(void **state)
{
	struct tree *tree = *state;
	struct entry entry;

	for (uint32_t page = 0; page < 200; page += 2)
		tree_set(tree, A(page), A(page + 1), &guest);
	tree_mark(tree, A(10), A(101), 42);
	check_tree(tree);
	for (uint32_t page = 0; page < 200; page += 2) {
		assert_true(tree_find(tree, A(page), &entry));
		assert_int_equal(entry.detail.operation, page >= 10 && page < 101 ? 42 : 0);
	}
}

static void marking_leaves_the_arriving_and_the_librarys_own_alone(void **state)
{
	const struct detail spared[] = {
		{ .kind = KIND_GUEST, .flags = ENTRY_ARRIVING, .operation = 5 },
		{ .kind = KIND_FENCE }, { .kind = KIND_GUARD }, { .kind = KIND_OWN },
	};
	struct tree *tree = *state;

	for (size_t i = 0; i < ARRAY_SIZE(spared); i++) {
		struct entry entry;

		tree_set(tree, A(10), A(20), &spared[i]);
		tree_mark(tree, A(12), A(15), 42);
		entry = check_entry(tree, 13, 10, 20, spared[i].kind);
		assert_memory_equal(&entry.detail, &spared[i], sizeof(spared[i]));
	}
}

static void settling_to_keep_merges_again(void **state)
{
	struct tree *tree = *state;
	struct entry entry;

	tree_set(tree, A(10), A(20), &guest);
	tree_mark(tree, A(12), A(15), 42);
	tree_settle(tree, A(12), A(15), 42, true);
	assert_int_equal(tree->entries, 1);
	entry = check_entry(tree, 10, 10, 20, KIND_GUEST);
	assert_memory_equal(&entry.detail, &guest, sizeof(guest));
}

static void settling_not_to_keep_removes(void **state)
{
	struct tree *tree = *state;

	tree_set(tree, A(10), A(20), &guest);
	tree_mark(tree, A(12), A(15), 42);
	tree_settle(tree, A(12), A(15), 42, false);
	assert_int_equal(tree->entries, 2);
	assert_true(tree_is_free(tree, A(12), A(15)));
	check_entry(tree, 11, 10, 12, KIND_GUEST);
	check_entry(tree, 15, 15, 20, KIND_GUEST);
}

static void an_arrival_settles_into_its_neighbours(void **state)
{
	struct detail arriving = guest;
	struct tree *tree = *state;

	arriving.flags = ENTRY_ARRIVING;
	arriving.operation = 7;
	tree_set(tree, A(10), A(12), &guest);
	tree_set(tree, A(14), A(16), &guest);
	tree_set(tree, A(12), A(14), &arriving);
	assert_int_equal(tree->entries, 3);
	tree_settle(tree, A(12), A(14), 7, true);
	assert_int_equal(tree->entries, 1);
	assert_int_equal(check_entry(tree, 13, 10, 16, KIND_GUEST).detail.flags, 0);
}

static void settling_touches_only_its_own_operation(void **state)
{
	struct tree *tree = *state;

	tree_set(tree, A(10), A(20), &guest);
	tree_mark(tree, A(10), A(15), 1);
	tree_mark(tree, A(15), A(18), 2);
	tree_settle(tree, A(0), A(30), 1, false);
	assert_true(tree_is_free(tree, A(0), A(15)));
	assert_int_equal(check_entry(tree, 15, 15, 18, KIND_GUEST).detail.operation, 2);
	check_entry(tree, 18, 18, 20, KIND_GUEST);
}

/* What others did to the range since the mark stays as it is. */
static void settling_respects_what_came_since(void **state)
{
	struct tree *tree = *state;

	tree_set(tree, A(10), A(20), &guest);
	tree_mark(tree, A(10), A(20), 1);
	tree_set(tree, A(12), A(14), &host);
	tree_clear(tree, A(16), A(17));
	tree_settle(tree, A(10), A(20), 1, false);
	assert_int_equal(tree->entries, 1);
	check_entry(tree, 13, 12, 14, KIND_HOST);
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
		ON_A_TREE(marking_cuts_at_both_ends),
		ON_A_TREE(marking_takes_every_entry_in_the_range),
		ON_A_TREE(marking_leaves_the_arriving_and_the_librarys_own_alone),
		ON_A_TREE(settling_to_keep_merges_again),
		ON_A_TREE(settling_not_to_keep_removes),
		ON_A_TREE(an_arrival_settles_into_its_neighbours),
		ON_A_TREE(settling_touches_only_its_own_operation),
		ON_A_TREE(settling_respects_what_came_since),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
