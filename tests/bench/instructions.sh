#!/bin/bash
# SPDX-License-Identifier: MIT
#
# instructions.sh [--record | ENTRIES]: counts the instructions of the core's operations
# with callgrind and prints them, one a line, after a line that says with which
# compiler and library: others make other code. The flags are the same always.
# With a number, only those of trees of so many entries: of a million, for some minutes.
#
# --record writes the result to instructions.txt, the bounds that
# tests/scenarios/instructions.bats holds the core to.

set -eu
cd "$(dirname "${BASH_SOURCE[0]}")"

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

measure() {
	echo "with $(gcc -dumpmachine) gcc $(gcc -dumpversion | cut -d. -f1) $(getconf GNU_LIBC_VERSION)"
	gcc -std=gnu11 -O2 -g -D_GNU_SOURCE -I../../lib -o "$folder/instructions" \
		instructions.c ../../lib/core/*.c
	valgrind --tool=callgrind -q --callgrind-out-file="$folder/out" \
		--toggle-collect=measured --dump-after=measured \
		"$folder/instructions" "$@" >"$folder/names"
	number=0
	while read -r name; do
		number=$((number + 1))
		# Each task is a thousand operations.
		awk -v name="$name" '/^totals:/ { print name, int($2 / 1000) }' "$folder/out.$number"
	done <"$folder/names"
}

if [ "${1-}" = --record ]; then
	measure >"$folder/counts"
	{
		echo '# SPDX-License-Identifier: MIT'
		echo '# Instructions an operation; made by instructions.sh --record.'
		cat "$folder/counts"
	} >instructions.txt
	cat instructions.txt
else
	measure "$@"
fi
