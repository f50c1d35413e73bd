#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# The same random calls, with the library and without, must have the same
# answers and leave the same pages; what the kernel would place anywhere lies
# inside.

load helpers

# mirrored WAY: as on the bare kernel, for a few seeds.
mirrored() {
	for seed in {1..12}; do
		plain $WINDOW mirror $seed 1500 >"$BATS_TEST_TMPDIR/bare"
		"$@" $WINDOW mirror $seed 1500 >"$BATS_TEST_TMPDIR/ours" || fail "seed $seed"
		diff "$BATS_TEST_TMPDIR/bare" "$BATS_TEST_TMPDIR/ours" >"$BATS_TEST_TMPDIR/diff" ||
			fail "seed $seed: $(grep ': ' "$BATS_TEST_TMPDIR/diff" | head -n 4)"
	done
}

@test "random calls have the kernel's answers" {
	mirrored confined
}

@test "and under a fence too" {
	mirrored fenced
}
