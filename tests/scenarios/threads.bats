#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# Threads lose nothing: a thread's bytes stay until the thread unmaps them.

bats_require_minimum_version 1.7.0

load helpers
load api

setup_file() {
	api_build api_handler api_unseen
}

# The window below 4 GiB, one between two spans of the rest, and one that wraps.
WINDOWS=(32bit 0x100000000-0x400000000000 0x7e0000000000-0x200000000)

# reach REACH WINDOW PROGRAM [ARGUMENT]...
reach() {
	local way=(env "VA_LIMIT=$2")

	[ "$1" = process ] || way=("$VACTL" run --window "$2" --reach "$1" --)
	timeout -k 5 120 "${way[@]}" "$(program_path "$3")" "${@:4}"
}

# In all three windows, with a fence alone and with all of the process inside.
nothing_lost() {
	local way window

	for way in process whole; do
		for window in "${WINDOWS[@]}"; do
			run reach $way "$window" "$@"
			[ "$status" -eq 0 ] || fail "$way $window $*: status $status" "$output"
			[[ $output == *" 0 lost, 0 astray, 0 failed" ]] || fail "$way $window: $output"
		done
	done
}

@test "40: what two hosts wrote stays" {
	nothing_lost hostthreads 2 0 3
}

@test "40: what eight hosts wrote stays" {
	nothing_lost hostthreads 8 0 2
}

@test "40: what guests and hosts wrote stays" {
	nothing_lost hostthreads 4 4 2
}

@test "40: new memory is zero, and no call fails, while two hosts map and the process forks" {
	nothing_lost hostthreads 2 0 4 50
}

@test "40: what guests and hosts wrote stays while the process forks" {
	nothing_lost hostthreads 8 8 3 20
}

@test "40: what guests wrote stays, where there are no hosts" {
	nothing_lost hostthreads 0 4 2 50
}

@test "40: what one host wrote stays, where there are no others" {
	nothing_lost hostthreads 1 0 2 50
}

@test "41: while a fork holds the table long, guests are inside and hosts outside" {
	for way in process whole; do
		run reach $way 32bit hostthreads 2 4 8 50 48
		[ "$status" -eq 0 ] || fail "$way: status $status" "$output"
	done
}

@test "42: limits change while a handler maps" {
	every_way api_handler limits_change_while_a_handler_maps
}

@test "42: a handler's jump out of hosts' calls leaves hosts outside" {
	every_way api_handler a_jump_out_of_hosts_calls_leaves_all_well
}

@test "42: a handler's jump out of hosts' calls leaves limits that can be changed" {
	every_way api_handler and_limits_can_be_changed
}

@test "42: a handler's jump out of hosts' calls leaves children whose hosts are outside" {
	every_way api_handler and_so_it_is_in_children
}

@test "42: after a handler's jump out of hosts' calls and the thread's next call, other threads' hosts are outside" {
	every_way api_handler and_so_it_is_for_other_threads
}

@test "42: while a thread that a jump has left with the table makes no call, limits are EAGAIN to others" {
	way linked api_handler and_other_threads_cannot_change_limits_yet_or_can
}

@test "40: hosts go around what is mapped over the fence unseen, which statistics count" {
	every_way api_unseen hosts_go_around_it_and_it_is_counted
}

@test "40: what is mapped over the fence unseen can be unmapped, and the fence closes" {
	every_way api_unseen it_can_be_unmapped_and_the_fence_closes
}

@test "40: what is mapped over a host's memory unseen harms no other" {
	every_way api_unseen over_a_hosts_memory_it_harms_no_other
}

@test "40: limits can be changed over what is mapped unseen" {
	every_way api_unseen limits_can_be_changed_over_it
}

@test "40: threads go on while others map over the fence unseen" {
	every_way api_unseen threads_go_on_while_it_comes_and_goes
}

@test "22: a segment goes around what comes and goes in its range, unseen" {
	every_way api_unseen a_segment_goes_around_what_comes_and_goes_in_its_range
}

@test "40: two minutes of threads, children, handlers, late limits and libraries, whose memory stays" {
	KEEP=$BUILDDIR/tests/keep/keep run "$SRCDIR/tests/keep/soak" 120 5
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output == *"nothing lost" ]]
}
