#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# Programs that take rights away from themselves.

bats_require_minimum_version 1.7.0

load helpers
load api

setup_file() {
	api_build api_sandbox
}

# In every way, with a fence and without.
in_a_sandbox() {
	every_way api_sandbox "$@"
	every_way VA_LIMIT_FENCE=off api_sandbox "$@"
}

@test "46: without a free descriptor all calls are as before" {
	in_a_sandbox without_descriptors
}

@test "46: where /proc is out of reach (chroot) all calls are as before" {
	[ "$(id -u)" -eq 0 ] || skip "needs root"
	in_a_sandbox without_proc
}

@test "46: where no file may be read (Landlock) all calls are as before" {
	"$GUEST/api_sandbox" landlock_is_there || skip "needs Landlock"
	in_a_sandbox under_landlock
}
