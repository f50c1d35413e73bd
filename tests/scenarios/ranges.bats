#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# Calls with a range of their own, without limits and while others are in force.

load helpers
load api

setup_file() {
	api_build api_ranges api_first
}

both_ways() {
	every_way api_ranges "$1"
	every_way api_ranges "limited_$1"
}

@test "38: mmap lies in the range" {
	both_ways mmap_lies_in_the_range
}

@test "38: mmap fills the range to the last page" {
	both_ways mmap_fills_the_range_to_the_last_page
}

@test "38: mmap of a file in a range" {
	both_ways mmap_of_a_file_in_a_range
}

@test "38: equal bounds are a plain call" {
	both_ways equal_bounds_are_a_plain_call
}

@test "38: begin above end wraps" {
	both_ways begin_above_end_wraps
}

@test "38: begin above end leaves the hole alone" {
	both_ways begin_above_end_leaves_the_hole_alone
}

@test "38: a wrapped range with an empty rest is ENOMEM" {
	both_ways a_wrapped_range_with_an_empty_rest_is_enomem
}

@test "38: a range is clamped to user space" {
	both_ways a_range_is_clamped_to_user_space
}

@test "38: ranges that are not whole pages are EINVAL" {
	both_ways ranges_that_are_not_whole_pages_are_einval
}

@test "38: sizes that no range has" {
	both_ways sizes_that_no_range_has
}

@test "38: a range and a fixed address are EINVAL" {
	both_ways a_range_and_a_fixed_address_are_einval
}

@test "38: mremap moves into the range and stays there" {
	both_ways mremap_moves_into_the_range_and_stays_there
}

@test "38: mremap that may not move is ENOMEM from outside" {
	both_ways mremap_that_may_not_move_is_enomem_from_outside
}

@test "38: mremap without room keeps the old mapping" {
	both_ways mremap_without_room_keeps_the_old_mapping
}

@test "38: mremap of what is not mapped is EFAULT" {
	both_ways mremap_of_nothing_is_efault
}

@test "38: shmat lies in the range" {
	both_ways shmat_lies_in_the_range
}

@test "38: a range replaces the limits" {
	every_way api_ranges a_range_replaces_the_limits
}

@test "38: of many threads that come first all are served" {
	every_way api_first many_threads_come_first
}

@test "38: without memory for a table a range is ENOMEM, and later there is some" {
	every_way api_first without_memory_for_a_table_they_are_enomem
}

@test "38: ranges without a fence" {
	local name

	for name in $(sed -n 's/^\tPLAIN_AND_LIMITED(\(.*\)),$/\1/p' "$SRCDIR/tests/guest/api_ranges.c"); do
		way linked VA_LIMIT_FENCE=off api_ranges "limited_$name" || fail "$name"
	done
}
