#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# The core's cost in instructions, which no other program on the machine can change. If a better
# core has left a bound far behind, tests/bench/instructions.sh --record records it anew.

bats_require_minimum_version 1.7.0
load helpers

setup() {
	need valgrind
	need gcc
	counts=$BATS_FILE_TMPDIR/counts
	[ -e "$counts" ] || {
		"$SRCDIR/tests/bench/instructions.sh" >"$counts.new"
		mv "$counts.new" "$counts"
	}
	bounds=$SRCDIR/tests/bench/instructions.txt
	here=$(sed -n 's/^with //p' "$counts")
	there=$(sed -n 's/^with //p' "$bounds")
	[ "$here" = "$there" ] || skip "the bounds are for $there, here is $here"
}

# The operations whose names match take no more than 1.05 of their bounds.
within_bounds() {
	awk -v pattern="$1" '
		NR == FNR { count[$1] = $2; next }
		$1 ~ pattern && $2 ~ /^[0-9]+$/ {
			checked++
			printf "%s: %d, recorded %d\n", $1, count[$1], $2
			if (!($1 in count) || count[$1] > 1.05 * $2)
				bad = 1
		}
		END { exit bad || !checked }' "$counts" "$bounds"
}

@test "a search of the tree takes no more instructions than recorded" {
	within_bounds '^tree_seek/'
}

@test "a change of the tree takes no more instructions than recorded" {
	within_bounds '^tree_clear[+]tree_set/'
}

@test "the search for a gap takes no more instructions than recorded" {
	within_bounds '^gap_highest/'
}

@test "placement takes no more instructions than recorded" {
	within_bounds '^policy_find/'
}

@test "reading a window takes no more instructions than recorded" {
	within_bounds '^window_parse'
}

@test "every operation that is counted has a bound" {
	run -0 diff <(awk '!/^#/ { print $1 }' "$bounds") <(awk '{ print $1 }' "$counts")
}

# Bounds a little above what gcc 12 makes: a longer way is noticed, and to be shortened.
@test "a call that maps and one that unmaps pass no more functions and files than they did" {
	run -0 "$SRCDIR/tests/bench/calls.sh" "$VALIMIT_LIB"
	echo "$output"
	[ "${#lines[@]}" -eq 2 ]
	while read -r call instructions functions files; do
		[ "$functions" -gt 10 ]
		case $call in
		map) bounds="2370 53 27" ;;
		unmap) bounds="1400 41 18" ;;
		esac
		read -r a b c <<<"$bounds"
		[ "$instructions" -le "$a" ]
		[ "$functions" -le "$b" ]
		[ "$files" -le "$c" ]
	done <<<"$output"
}

@test "under a fence they pass at most 12 functions of 4 files" {
	need gdb
	gdb -nx -batch -ex run -ex quit true 2>&1 | grep -q 'exited normally' || skip "gdb may not trace"
	run -0 "$SRCDIR/tests/bench/calls.sh" "$VALIMIT_LIB" fence
	echo "$output"
	[ "${#lines[@]}" -eq 2 ]
	while read -r call instructions functions files; do
		[ "$instructions" -gt 10 ]
		[ "$functions" -le 12 ]
		[ "$files" -le 4 ]
	done <<<"$output"
}
