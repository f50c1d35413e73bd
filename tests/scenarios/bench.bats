#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# The bench for a million mappings: it restores the machine's settings, and it measures.

bats_require_minimum_version 1.7.0

load helpers

setup() {
	limit=$BATS_TEST_TMPDIR/max_map_count
	echo 65530 >"$limit"
}

scale_sh() {
	MAX_MAP_COUNT=$limit "$SRCDIR/tests/bench/scale.sh" "$@"
}

@test "the limit of mappings is raised for the bench, and is what it was when that ends" {
	run -3 scale_sh sh -c "cat $limit; exit 3"
	grep -x 1200000 <<<"$output"
	[ "$(<"$limit")" = 65530 ]
}

@test "the limit of mappings is what it was at once when the bench gets a signal" {
	for signal in HUP INT TERM; do
		# A shell's background jobs ignore SIGINT otherwise.
		MAX_MAP_COUNT=$limit setsid env --default-signal=INT \
			"$SRCDIR/tests/bench/scale.sh" sh -c 'echo >"$0"; exec sleep 600' \
			"$BATS_TEST_TMPDIR/$signal" 3>&- &
		until [ -e "$BATS_TEST_TMPDIR/$signal" ]; do sleep 0.05; done
		[ "$(<"$limit")" = 1200000 ]
		kill -$signal $!
		wait $! || true
		[ "$(<"$limit")" = 65530 ]
	done
}

@test "a limit of mappings that is high enough stays" {
	echo 2000000 >"$limit"
	scale_sh true
	[ "$(<"$limit")" = 2000000 ]
}

@test "without the right to raise the limit of mappings the bench does not run" {
	local drop=()

	[ "$(</proc/sys/vm/max_map_count)" -lt 1200000 ] || skip "it need not be raised"
	[ "$(id -u)" -ne 0 ] || drop=(setpriv --reuid=65534 --regid=65534 --clear-groups)
	cd /
	run -77 "${drop[@]}" bash -s echo measured <"$SRCDIR/tests/bench/scale.sh"
	grep 'needs root' <<<"$output"
	refute grep measured <<<"$output"
}

@test "the bench measures a thousand mappings, and draws what it has measured" {
	"$BUILDDIR/tests/bench/scale" --cpu --most 1000 --seconds 0.1 --only '[cv]*' \
		--svg "$BATS_TEST_TMPDIR/picture.svg" >"$BATS_TEST_TMPDIR/text"
	grep '^churn 1000, fence ' "$BATS_TEST_TMPDIR/text"
	grep '^vactl 1000, vactl plot ' "$BATS_TEST_TMPDIR/text"
	grep '^table, a mapping of 1000 ' "$BATS_TEST_TMPDIR/text"
	[ "$(grep -c '<polyline' "$BATS_TEST_TMPDIR/picture.svg")" -eq 8 ]
	python3 -c 'import sys, xml.dom.minidom as x; x.parse(sys.argv[1])' \
		"$BATS_TEST_TMPDIR/picture.svg"
}
