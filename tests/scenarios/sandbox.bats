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

# What the table of valimit(7) says that the library calls after its start.
table_calls() {
	sed -n '/^\.Sh SYSTEM CALLS/,/^\.El/s/^\.It Li \([a-z0-9_]*\) Ta .*/\1/p' "$SRCDIR/man/valimit.7"
}

# And what it says of the start.
start_calls() {
	sed -n '/^\.Sh SYSTEM CALLS/,/^\.El/{/^\.Xr ld\.so 8/,/^\.Pp/s/^\.Li //p}' "$SRCDIR/man/valimit.7" | tr -d ' .\n'
}

# one_list: lines, to names between commas.
one_list() {
	paste -sd,
}

# What ld.so, libc and the guest's own start need.
LOADER=execve,access,openat,read,pread64,close,fstat,newfstatat,arch_prctl,set_tid_address
LOADER+=,set_robust_list,rseq,prlimit64,shmget,shmctl,memfd_create,ftruncate

# filtered REACH PLACE MODE NAMES: the guest in a window of 4 GiB.
filtered() {
	run timeout -k 5 120 env GUEST_WINDOW=0x10000-0x100000000 "$VACTL" run --window 32bit \
		--reach "$1" --place "$2" -- "$GUEST/filtered" "$3" "$4"
	[ "$status" -eq 0 ] || fail "reach $1, $2: $3 $4: status $status" "$output"
}

# In each reach, with each policy.
filtered_everywhere() {
	local reach place

	run -0 "$GUEST/filtered" "$@"
	for reach in calls process whole; do
		for place in topdown bottomup random; do
			filtered $reach $place "$@"
		done
	done
}

x86() {
	[ "$(uname -m)" = x86_64 ] || skip "the list of calls is that of x86-64's libc"
}

@test "46: under a filter that kills at all but the program's own calls, each works" {
	filtered_everywhere only ''
}

@test "46: under a filter that answers EPERM to all but the program's own calls, each works" {
	filtered_everywhere errno ''
}

@test "46: the library makes no call that the table of valimit(7) does not name" {
	[ "$(table_calls | wc -l)" -gt 10 ]
	filtered_everywhere silent "$(table_calls | one_list)"
}

@test "46: without any one call that the table of valimit(7) names, each call works" {
	local name place

	for name in $(table_calls); do
		for place in topdown bottomup; do
			filtered calls $place without "$name"
			filtered process $place without "$name"
			filtered whole $place without "$name"
		done
	done
}

@test "46: a filter that is there at the start needs to allow no more than valimit(7) says" {
	x86
	run -0 "$GUEST/filtered" after "$LOADER,write,prctl"
	filtered calls topdown after "$LOADER,$(start_calls)"
	filtered process topdown after "$LOADER,$(start_calls)"
	filtered process bottomup after "$LOADER,$(start_calls)"
}
