#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# Random calls, in a process with the library and in one without, must have the
# same answers and leave the same memory: the oracle. A difference is printed as
# a few calls, with the command that replays it.

load helpers

setup() {
	[ "$PAGE" = 4096 ] && [ "$(uname -m)" = x86_64 ] || skip "the oracle knows x86-64 only"
	[ "$(id -u)" = 0 ] || skip "needs root: the kernel counts locked memory and perf events of others"
	# Its model of several mappings that move together is that of 6.17.
	kernel_at_least 6.17
}

oracle() {
	timeout -k 5 800 "$BUILDDIR/tests/oracle/oracle" "$@"
}

# agree OPTION...: and prints the output, also after success.
agree() {
	local status=0

	oracle "$@" >"$BATS_TEST_TMPDIR/told" 2>&1 || status=$?
	sed 's/^/# /' "$BATS_TEST_TMPDIR/told" >&3
	[ "$status" = 0 ] || fail "$(cat "$BATS_TEST_TMPDIR/told")"
}

@test "a million random calls have the kernel's answers and leave the kernel's memory" {
	agree --seed 1 --ops 56000
}

@test "and others of another seed" {
	agree --seed 20261122 --ops 4000
}

@test "part of a perf event outside is not unmapped, with the kernel's error" {
	agree --seed 0xf60000006b0266f0 --config process-bottomup --from 1000 --to 1259
}

@test "a huge page of a file that cannot replace what is sealed is not left aside" {
	agree --seed 0xf4000000000000d8 --config process-all --from 29000 --to 29300
}

@test "40: and while a second thread maps as a host, whose memory stays" {
	agree --seed 1 --ops 12000 --hosts
	[ "$(sed -n 's/^operations of hosts meanwhile: //p' "$BATS_TEST_TMPDIR/told")" -gt 10000 ]
}

# found DEFECT: the oracle finds it, and shrinks it to a few calls.
found() {
	cp "$BUILDDIR/tests/oracle/.libs/wrong.so" "$BATS_TEST_TMPDIR/wrong-$1.so"
	refute oracle --seed 1 --ops 20000 --config process --between "$BATS_TEST_TMPDIR/wrong-$1.so" \
		>"$BATS_TEST_TMPDIR/told" 2>&1
	[ "$(grep -c -- ' -> ' "$BATS_TEST_TMPDIR/told")" -le 8 ] &&
		grep -q '^replay: oracle --seed 1 --config process' "$BATS_TEST_TMPDIR/told" ||
		fail "defect $1: $(cat "$BATS_TEST_TMPDIR/told")"
}

@test "the oracle finds defects, and shrinks them to a few calls" {
	for defect in {1..10}; do
		found "$defect"
	done
}

@test "the oracle finds a defect that hosts meet beside the operations" {
	cp "$BUILDDIR/tests/oracle/.libs/wrong.so" "$BATS_TEST_TMPDIR/wrong-11.so"
	refute oracle --seed 1 --ops 5000 --config process --hosts --no-shrink \
		--between "$BATS_TEST_TMPDIR/wrong-11.so" >"$BATS_TEST_TMPDIR/told" 2>&1
	grep -q 'a process has ended' "$BATS_TEST_TMPDIR/told" || fail "$(cat "$BATS_TEST_TMPDIR/told")"
}

@test "the oracle finds nothing where nothing is wrong between the calls and the library" {
	cp "$BUILDDIR/tests/oracle/.libs/wrong.so" "$BATS_TEST_TMPDIR/wrong-0.so"
	agree --seed 1 --ops 2000 --config process --between "$BATS_TEST_TMPDIR/wrong-0.so"
}

@test "a part of a sequence is replayed by its numbers" {
	oracle --seed 1 --config process --from 1200 --to 1300 | grep '^operations: 100;'
}
