#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# The contract's page and the tests that bear its numbers. A number without a
# test says so with a mark on the page; the mark goes when the test comes.

bats_require_minimum_version 1.7.0

MARK='(no test yet)'

# Numbers of a page's entries, one a line.
page_numbers() { # PAGE
	sed -nE 's/^([0-9]+)\. .*/\1/p' "$1"
}

marked_numbers() { # PAGE
	grep -F ". $MARK " "$1" | sed -nE 's/^([0-9]+)\. .*/\1/p'
}

# Numbers that the names of tests bear; "28, 29: …" is a test of both.
test_numbers() { # FOLDER
	sed -nE "s/^@test [\"']([0-9]+(, [0-9]+)*): .*/\1/p" "$1"/*.bats | tr -d ' ' | tr , '\n'
}

# Lines of the first list that are not in the second.
only_in_first() {
	comm -23 <(sort -u <<<"$1") <(sort -u <<<"$2") | grep . | sort -n
}

# Prints each error on a line, and fails if there is any.
check_contract() { # PAGE FOLDER
	local page tested marked number bad=0

	page=$(page_numbers "$1")
	marked=$(marked_numbers "$1")
	tested=$(test_numbers "$2")
	[ "$page" = "$(seq "$(wc -l <<<"$page")")" ] || { echo "the numbers are not 1, 2, 3, …"; bad=1; }
	for number in $(only_in_first "$tested" "$page"); do
		echo "$number: a test bears it, the page lacks it"
		bad=1
	done
	for number in $(only_in_first "$page" "$tested"$'\n'"$marked"); do
		echo "$number: no test bears it"
		bad=1
	done
	for number in $(comm -12 <(sort -u <<<"$marked") <(sort -u <<<"$tested")); do
		echo "$number: has a test, so remove the mark $MARK"
		bad=1
	done
	return $bad
}

@test "every number of the contract has a test, and every test's number is in it" {
	marked_numbers "$SRCDIR/tests/CONTRACT.md" | sed "s/.*/# &: no test yet/" >&3
	check_contract "$SRCDIR/tests/CONTRACT.md" "$SRCDIR/tests/scenarios"
}

@test "the check of the contract finds what is wrong, and nothing else" {
	cd "$BATS_TEST_TMPDIR"
	printf '%s\n' '# Page' '1. One.' '2. Two.' "3. $MARK Three." >page
	printf '@test "%s" {\n' '1: one' '1: one again' '2: two' 'no number' >a.bats

	run -0 check_contract page .
	[ -z "$output" ]

	echo '@test "2, 9: nine" {' >b.bats
	run -1 check_contract page .
	[ "$output" = '9: a test bears it, the page lacks it' ]

	echo '@test "3: three" {' >b.bats
	run -1 check_contract page .
	[ "$output" = "3: has a test, so remove the mark $MARK" ]

	printf '@test "%s" {\n' '1: one' 'no number' >a.bats
	rm b.bats
	run -1 check_contract page .
	[ "$output" = '2: no test bears it' ]

	printf '%s\n' '1. One.' '3. Three.' >page
	printf '@test "%s" {\n' '1: one' '3: three' >a.bats
	run -1 check_contract page .
	[ "$output" = 'the numbers are not 1, 2, 3, …' ]
}
