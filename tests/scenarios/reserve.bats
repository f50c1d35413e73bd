#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# Reservations of the program's own: without limits, outside of limits that are in
# force, and inside.

load helpers
load api

setup_file() {
	api_build api_reserve
}

everywhere() {
	every_way api_reserve "$1"
	every_way api_reserve "limited_$1"
	every_way api_reserve "inside_$1"
}

@test "48: only calls that name it get in" {
	everywhere only_calls_that_name_it_get_in
}

@test "48: ranges fill it to the last page" {
	everywhere ranges_fill_it_to_the_last_page
}

@test "48: what is unmapped is reserved again" {
	everywhere what_is_unmapped_is_reserved_again
}

@test "48: fixed addresses replace it" {
	everywhere fixed_addresses_replace_it
}

@test "48: a direction and an alignment hold in it" {
	everywhere a_direction_and_an_alignment_hold_in_it
}

@test "48: mremap moves in grows and leaves" {
	everywhere mremap_moves_in_grows_and_leaves
}

@test "48: segments attach and detach" {
	everywhere segments_attach_and_detach
}

@test "48: files lie in it" {
	everywhere files_lie_in_it
}

@test "48: it is carved grown and shrunk" {
	everywhere it_is_carved_grown_and_shrunk
}

@test "48: several stand at once" {
	everywhere several_stand_at_once
}

@test "48: a wide range takes what is free beside it first" {
	everywhere a_wide_range_takes_what_is_free_beside_it_first
}

@test "48: what came unseen is not replaced" {
	everywhere what_came_unseen_is_not_replaced
}

@test "48: a child has it" {
	everywhere a_child_has_it
}

@test "48: reservations that cannot be" {
	everywhere reservations_that_cannot_be
}

@test "48: two threads share it and a third stays out" {
	everywhere two_threads_share_it_and_a_third_stays_out
}

@test "48: reservations come and go beside others" {
	everywhere reservations_come_and_go_beside_others
}

@test "48: handlers map in it" {
	everywhere handlers_map_in_it
}

@test "48: it outlasts changes of the limits" {
	every_way api_reserve it_outlasts_changes_of_the_limits
}

@test "48: reservations where no fence stands" {
	local name

	for name in $(sed -n 's/^\tEVERYWHERE(\(.*\)),$/\1/p' "$SRCDIR/tests/guest/api_reserve.c"); do
		way linked VA_LIMIT_FENCE=off api_reserve "limited_$name" || fail "$name"
		way linked VA_LIMIT_FENCE=off api_reserve "inside_$name" || fail "$name"
	done
}

@test "48: reservations whatever the policy" {
	local name

	for name in ranges_fill_it_to_the_last_page what_is_unmapped_is_reserved_again it_is_carved_grown_and_shrunk \
		fixed_addresses_replace_it; do
		way linked VA_LIMIT_PLACE=bottomup api_reserve "inside_$name" || fail "$name"
	done
	way linked VA_LIMIT_PLACE=random api_reserve inside_ranges_fill_it_to_the_last_page
	way linked VA_LIMIT_PLACE=random api_reserve limited_two_threads_share_it_and_a_third_stays_out
}
