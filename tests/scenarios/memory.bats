#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# Two programs that other emulators' allocators fail at.

load helpers

# Below the image at 1 GiB there is room for three files of 256 MiB, not four.
IMAGE=0x40000000

below_image() {
	awk -v image=$((IMAGE)) 'function hex(s,   n, i) {
		for (i = 3; i <= length(s); i++)
			n = n * 16 + index("0123456789abcdef", substr(s, i, 1)) - 1
		return n
	}
	/^0x/ { below += hex($1) < image; all++ }
	END { print below + 0, all }' <<<"$1"
}

@test "five files of 256 MiB: three below the image, two wrap around to the top" {
	for way in confined fenced; do
		placed=$($way 32bit VA_LIMIT_BASE=$IMAGE fivefiles "$BATS_TEST_TMPDIR" $IMAGE)
		echo "$way: $placed"
		[ "$(below_image "$placed")" = "3 5" ]
		# The first three come first.
		[ "$(below_image "$(head -n 3 <<<"$placed")")" = "3 3" ]
	done
}

@test "five files of 256 MiB: with vactl run --base" {
	placed=$(GUEST_WINDOW=$(bounds 32bit) "$VACTL" run --window 32bit --base $IMAGE -- \
		"$GUEST/fivefiles" "$BATS_TEST_TMPDIR" $IMAGE)
	[ "$(below_image "$placed")" = "3 5" ]
}

@test "five files of 256 MiB: without a base all succeed too" {
	both 32bit fivefiles "$BATS_TEST_TMPDIR" $IMAGE
	both 32bit VA_LIMIT_PLACE=bottomup fivefiles "$BATS_TEST_TMPDIR" $IMAGE
	both 32bit VA_LIMIT_PLACE=random VA_LIMIT_SEED=1 fivefiles "$BATS_TEST_TMPDIR" $IMAGE
}

@test "five files of 256 MiB: in wrapped windows" {
	both 0x7f0000000000-0x80000000 fivefiles "$BATS_TEST_TMPDIR" $IMAGE
	both 0x7f0000000000-0x80000000 VA_LIMIT_BASE=$IMAGE fivefiles "$BATS_TEST_TMPDIR" $IMAGE
	# Little room above: most must go below.
	both 0x7fffe0000000-0x80000000 fivefiles "$BATS_TEST_TMPDIR" $IMAGE
}

@test "five files of 256 MiB: unmapped and mapped again in random order" {
	for seed in 1 2 3; do
		both 32bit VA_LIMIT_BASE=$IMAGE fivefiles "$BATS_TEST_TMPDIR" $IMAGE 300 $seed
		both 32bit fivefiles "$BATS_TEST_TMPDIR" none 300 $seed
		both 0x7fffe0000000-0x80000000 fivefiles "$BATS_TEST_TMPDIR" $IMAGE 300 $seed
	done
}

@test "9: 6 GiB mapped and unmapped 100,000 times stay in place and leave nothing" {
	both 0x100000000-0x500000000 sixgig 100000
	both 0x100000000-0x400000000000 sixgig 100000
}

@test "9: and so with 64 MiB of it made writable and used" {
	both 0x100000000-0x500000000 sixgig 100000 protect
}

@test "9: rounds that may wander say only how many they were" {
	run confined 0x100000000-0x500000000 sixgig 100 wander
	[ "$output" = "100 rounds" ]
}
