#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# The style of .clang-format, which other versions read in other ways.

bats_require_minimum_version 1.5.0
load helpers

setup() {
	need clang-format
	[[ $(clang-format --version) == *"version 14."* ]] || skip "clang-format is not of version 14"
}

# deviations FILE: how many of its lines clang-format would change, and how many there are.
deviations() {
	local changed

	changed=$(clang-format "--style=file:$SRCDIR/.clang-format" "$1" | diff "$1" - | grep -c '^<' || :)
	echo "$changed $(wc -l <"$1") $1"
}
export -f deviations

# Reads deviations of files: in all at most 3 % of the lines, of a file at most half.
judge() {
	awk '
		$1 > $2 / 2 { print $3 ": " $1 " of " $2 " lines"; bad = 1 }
		{ changed += $1; lines += $2 }
		END { print changed " of " lines " lines"; exit bad || !lines || changed > lines * 3 / 100 }'
}

@test "clang-format would change no more than 3 % of the lines, and of no file half" {
	find "$SRCDIR"/lib "$SRCDIR"/tools "$SRCDIR"/tests "$SRCDIR"/include -name '*.[ch]' -print0 |
		xargs -0 -P 2 -I{} bash -c 'deviations {}' | judge
}

@test "a file that is indented by spaces is found" {
	expand "$SRCDIR/lib/core/window.c" >"$BATS_TEST_TMPDIR/spaces.c"
	deviations "$SRCDIR/lib/core/window.c" | judge
	run ! judge < <(deviations "$BATS_TEST_TMPDIR/spaces.c")
}
