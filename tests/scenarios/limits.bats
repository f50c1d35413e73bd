#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# Limits that change while the program runs, and the fence with them.

load helpers
load api

setup_file() {
	api_build api_change api_fence
}

@test "37: narrowing limits" {
	every_way api_change narrowing
}

@test "37: widening limits" {
	every_way api_change widening
}

@test "37: moving limits to another place" {
	every_way api_change moving_to_another_place
}

@test "37: limits that wrap" {
	every_way api_change wrapping
}

@test "37: lifting and setting again" {
	every_way api_change lifting_and_setting_again
}

@test "37: what was mapped without limits stays" {
	every_way api_change mapped_without_limits_stays
}

@test "37: hosts stay and can be unmapped" {
	every_way api_change hosts_stay_and_can_be_unmapped
}

@test "37: inaccessible memory is not taken for fence" {
	every_way api_change inaccessible_memory_is_not_taken_for_fence
}

@test "37: threads keep their stacks and arenas" {
	every_way api_change threads_keep_their_stacks_and_arenas
}

@test "37: a failed change changes nothing" {
	every_way api_change a_failed_change_changes_nothing
}

@test "37: changes from several threads while others map" {
	every_way api_change from_several_threads_while_others_map
}

@test "37: changes while the process forks, and in its children" {
	every_way api_change in_forked_children
}

@test "37: changes while a raw clone's children begin, which wait for no other thread" {
	every_way api_change in_raw_clones_children
}

@test "37: changes from a signal handler" {
	every_way api_change from_a_handler
}

@test "39: the fence is closed behind munmap" {
	every_way api_fence behind_munmap
}

@test "39: the fence is closed behind partial munmaps" {
	every_way api_fence behind_partial_munmaps
}

@test "39: the fence is closed behind mremap" {
	every_way api_fence behind_mremap
}

@test "39: a host grows in place into the fence" {
	every_way api_fence a_host_grows_in_place_into_the_fence
}

@test "39: the fence cannot be used" {
	every_way api_fence the_fence_cannot_be_used
}

@test "what is kept back of the window's top counts as free" {
	every_way api_fence what_is_kept_back_is_free
}

@test "39: the fence is closed behind failures" {
	every_way api_fence behind_failures
}

@test "39: 10,000 random operations of host and guest leave the fence without a gap" {
	every_way api_fence ten_thousand_operations
}

@test "39: the same with every policy of placement, and without a fence" {
	local policy

	for policy in VA_LIMIT_PLACE=bottomup VA_LIMIT_PLACE=random VA_LIMIT_PLACE=bestfit VA_LIMIT_ALIGN=64K VA_LIMIT_FENCE=off; do
		way linked $policy api_fence ten_thousand_operations || fail "$policy"
		way linked $policy api_change from_several_threads_while_others_map || fail "$policy"
	done
}
