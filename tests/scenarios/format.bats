#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# The style of .editorconfig and of .clang-format.

bats_require_minimum_version 1.5.0
load helpers

# Other versions of clang-format read .clang-format in other ways.
need_clang_format() {
	need clang-format
	[[ $(clang-format --version) == *"version 14."* ]] || skip "clang-format is not of version 14"
}

# Names of all files of a release that are no pictures, from the top of the repository.
files() {
	(cd "$SRCDIR" && find lib tools tests include man packaging .ci .github bootstrap configure.ac \
		Makefile.am .editorconfig .clang-format .clang-tidy .gitlab-ci.yml ./*.md \
		-type f ! -name '*.png' ! -name '*.pyc' ! -path tools/vactl/version.h)
}

@test "every file obeys .editorconfig, and one line in 200 at most is too long" {
	need python3
	run -0 python3 "$SRCDIR/tests/editorconfig.py" "$SRCDIR" < <(files)
	[ -z "$output" ] || { echo "$output"; false; }
}

@test "a file that deviates from .editorconfig is found" {
	need python3
	cp "$SRCDIR/.editorconfig" "$BATS_TEST_TMPDIR"
	printf 'int a; \n        int b;\nint c;\r\nint d;' >"$BATS_TEST_TMPDIR/bad.c"
	run -1 python3 "$SRCDIR/tests/editorconfig.py" "$BATS_TEST_TMPDIR" <<<bad.c
	[ "$(sort <<<"$output")" = "$(printf 'bad.c: %s\n' '1: a space at the end' \
		'2: indented by the other sort of space' '3: a space at the end' \
		'a carriage return' 'no newline at the end')" ]
	printf '%0101d\n' 1 >"$BATS_TEST_TMPDIR/long.c"
	run -1 python3 "$SRCDIR/tests/editorconfig.py" "$BATS_TEST_TMPDIR" <<<long.c
	[ "$output" = "1 of 2 lines are too long" ]
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
	need_clang_format
	find "$SRCDIR"/lib "$SRCDIR"/tools "$SRCDIR"/tests "$SRCDIR"/include -name '*.[ch]' -print0 |
		xargs -0 -P 2 -I{} bash -c 'deviations {}' | judge
}

@test "a file that is indented by spaces is found" {
	need_clang_format
	expand "$SRCDIR/lib/core/window.c" >"$BATS_TEST_TMPDIR/spaces.c"
	deviations "$SRCDIR/lib/core/window.c" | judge
	run ! judge < <(deviations "$BATS_TEST_TMPDIR/spaces.c")
}
