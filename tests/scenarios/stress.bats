#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# Many of everything at once.

bats_require_minimum_version 1.7.0

load helpers

STRESS=$BUILDDIR/tests/stress

@test "33: 16 threads, 100,000 operations each, raw system calls among them" {
	for reach in confined fenced; do
		PATIENCE=600 run $reach $WINDOW race 16 each 100000
		[ "$status" -eq 0 ] || fail "$output"
		[ "$output" = "operations 1600000 refused 0" ]
	done
}

@test "34: a handler that maps at 10 kHz, in threads that map, load and are cancelled" {
	both $WINDOW "$STRESS/lives" 5 libm.so.6 libz.so.1
}

@test "35: 10,000 children while threads map" {
	PATIENCE=600 both $WINDOW forks 1250
}

@test "33: a race detector finds nothing" {
	[ -x "$STRESS/racing_tsan" ] || skip "the thread sanitizer does not work here"
	for seed in 1 2; do
		for fence in off on; do
			PATIENCE=600 run -0 with $fence $WINDOW "$STRESS/racing_tsan" 6 4000 $seed
		done
	done
}

@test "33: a minute of soak" {
	run env STRESS="$STRESS" "$SRCDIR/tests/stress/soak" 60
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output == *"no failure" ]]
}
