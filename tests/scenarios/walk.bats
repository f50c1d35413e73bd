#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# Mappings, gaps, and the ends of user space.

load helpers
load api

setup_file() {
	api_build api_walk
}

both_ways() {
	every_way api_walk "$1"
	every_way api_walk "limited_$1"
}

@test "49: a walk is the kernel's list" {
	both_ways a_walk_is_the_kernels_list
}

@test "49: files are told" {
	both_ways files_are_told
}

@test "49: kinds are told" {
	both_ways kinds_are_told
}

@test "49: the library's own is told and occupied" {
	both_ways the_librarys_own_is_told_and_occupied
}

@test "49: walks that cannot be" {
	both_ways walks_that_cannot_be
}

@test "49: without proc it is an error" {
	both_ways without_proc_it_is_an_error
}

@test "49: gaps are what is not mapped" {
	both_ways gaps_are_what_is_not_mapped
}

@test "49: bounds are those of user space" {
	both_ways bounds_are_those_of_user_space
}

@test "49: it is of one moment beside sixteen threads" {
	both_ways it_is_of_one_moment_beside_sixteen_threads
}

@test "49: handlers walk" {
	both_ways handlers_walk
}

@test "49: a walk where no fence stands" {
	local name

	for name in kinds_are_told gaps_are_what_is_not_mapped bounds_are_those_of_user_space files_are_told; do
		way linked VA_LIMIT_FENCE=off api_walk "$name" || fail "$name"
	done
}

@test "49: a walk makes no memory: its system calls are open, ioctl or read, write and close" {
	need strace
	way linked api_walk files_are_told
	TRACER=(strace -f -qq -o "$BATS_TEST_TMPDIR/trace")
	"${TRACER[@]}" "$GUEST/api_walk" walks_between_marks
	awk '/close\(-4242\)/ { marks++; next } marks == 1 { sub(/^[0-9]+ +/, ""); sub(/\(.*/, ""); print }
	     END { exit marks != 2 }' "$BATS_TEST_TMPDIR/trace" | sort -u >"$BATS_TEST_TMPDIR/calls"
	run grep -vxE 'openat|ioctl|read|process_vm_writev|getpid|close' "$BATS_TEST_TMPDIR/calls"
	[ -z "$output" ] || fail "$output"
	grep -qx openat "$BATS_TEST_TMPDIR/calls"
}
