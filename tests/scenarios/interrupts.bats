#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# A handler may interrupt any instruction of any call. Calls of hosts and guests and
# changes of limits are executed instruction by instruction; at some of them, and
# before and after each system call, a handler maps and unmaps as host and as guest
# and returns, or leaves the call for good. Then all that was in memory is there,
# hosts are outside and guests inside, limits can be changed, and a child finds it so.
#
# A finding is replayed by the program with the same seed, or with --act, --manner
# and --at; under setarch -R its instructions have the same numbers again.

bats_require_minimum_version 1.7.0

load helpers

setup() {
	local machine

	machine=$(uname -m)
	[[ $machine == x86_64 || $machine == aarch64 ]] || skip "knows no system call instruction of $machine"
}

WRAPPED=0x7e0000000000-0x200000000

# interrupted MANNER POSITIONS [NAME=VALUE | COMMAND]...: and prints the output.
interrupted() {
	local status=0 manner=$1 positions=$2

	shift 2
	timeout -k 5 600 env "$@" "$BUILDDIR/tests/interrupt/interrupt" --manner "$manner" \
		--positions "$positions" >"$BATS_TEST_TMPDIR/told" 2>&1 || status=$?
	sed 's/^/# /' "$BATS_TEST_TMPDIR/told" >&3
	[ "$status" -eq 0 ] || fail "$manner $*: status $status" "$(cat "$BATS_TEST_TMPDIR/told")"
}

# In the windows and reaches that make calls go other ways.
everywhere() { # MANNER
	interrupted "$1" 8 VA_LIMIT=32bit
	interrupted "$1" 4 VA_LIMIT=$WRAPPED
	interrupted "$1" 4 VA_LIMIT=32bit VA_LIMIT_PLACE=bottomup
	interrupted "$1" 4 VA_LIMIT=32bit VA_LIMIT_FENCE=off
	interrupted "$1" 4 "$VACTL" run --window 32bit --reach whole --
}

@test "42: a handler that maps and returns may interrupt any call at any instruction" {
	everywhere returns
}

@test "42: a handler that maps may leave any call at any instruction" {
	everywhere jumps
}

@test "42: a handler on a stack of its own may leave any call at any instruction" {
	everywhere jumps-aside
}
