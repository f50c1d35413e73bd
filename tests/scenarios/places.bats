#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# valimit_place(): an address with a range, alignment and direction of one call.

load helpers
load api

setup_file() {
	api_build api_place
}

both_ways() {
	every_way api_place "$1"
	every_way api_place "limited_$1"
}

@test "47: a hint counts where the range has it" {
	both_ways a_hint_counts_where_the_range_has_it
}

@test "47: a demand counts where the range has it" {
	both_ways a_demand_counts_where_the_range_has_it
}

@test "47: MAP_32BIT in a range is what both have" {
	both_ways map_32bit_in_a_range_is_what_both_have
}

@test "47: addresses are multiples of the alignment" {
	both_ways addresses_are_multiples_of_the_alignment
}

@test "47: every aligned place is found" {
	both_ways every_aligned_place_is_found
}

@test "47: the direction is the call's" {
	both_ways the_direction_is_the_calls
}

@test "47: requests that no version knows" {
	both_ways requests_that_no_version_knows
}

@test "47: a segment over what was placed" {
	both_ways a_segment_over_what_was_placed
}

@test "47: two threads do not meet" {
	both_ways two_threads_do_not_meet
}

@test "47: a demand outside the limits is a host's" {
	every_way api_place a_demand_outside_the_limits_is_a_hosts
}

@test "47: a guest's direction in the window" {
	every_way api_place a_guests_direction_in_the_window
}

@test "47: places without a fence" {
	local name

	for name in $(sed -n 's/^\tPLAIN_AND_LIMITED(\(.*\)),$/\1/p' "$SRCDIR/tests/guest/api_place.c"); do
		way linked VA_LIMIT_FENCE=off api_place "limited_$name" || fail "$name"
	done
}

@test "47: the trace has what mmap has no argument for" {
	way linked VA_LIMIT_TRACE="$BATS_TEST_TMPDIR/trace" api_place the_direction_is_the_calls
	output=$(<"$BATS_TEST_TMPDIR/trace")
	[[ $output == *"mmap_range(0x300000000, 0x310000000, 1M, PROT_READ|PROT_WRITE, "*", bottom-up) = 0x300000000"* ]] ||
		fail "$output"
	[[ $output == *", at 0x300000000, bottom-up) = 0x300200000"* ]] || fail "$output"
}
