#!/bin/bash
# SPDX-License-Identifier: MIT
#
# calls.sh LIBRARY [fence]: the library's part of an mmap(NULL) and a munmap in reach calls, or
# under a fence, one a line: the call, its instructions, its functions, and the number of files
# in which these begin. LIBRARY is an absolute path. Valgrind counts; it cannot run with a
# fence, so gdb steps there.

set -eu
cd "$(dirname "${BASH_SOURCE[0]}")"

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

gcc -std=gnu11 -O2 -D_GNU_SOURCE -o "$folder/calls" calls.c
for name in map unmap; do
	if [ "${2:-}" = fence ]; then
		MEASURED=$name gdb -nx -batch -ex "set environment LD_PRELOAD $1" \
			-ex 'set environment VA_LIMIT 4G-8G' -ex 'set environment VA_LIMIT_FENCE on' \
			-x calls.py "$folder/calls" | grep "^$name "
		continue
	fi
	LD_PRELOAD=$1 VA_LIMIT=4G-8G VA_LIMIT_REACH=calls VA_LIMIT_SEED=1 \
		valgrind --tool=callgrind -q --callgrind-out-file="$folder/out" \
		--toggle-collect="measured_$name" "$folder/calls"
	# "1,234 (5.6%)  folder/file.c:function [library]", a recursive function with "'2";
	# what it has from a header has a line of its own, without the library.
	callgrind_annotate --threshold=100 "$folder/out" |
		grep -E '^ *[0-9,]+ +\([^)]*\) +[^ ]*/lib/(core|sys|table|fence|place|edge)/[^ ]+:' |
		sed -E "s/ *\([^)]*\)//; s/'[0-9]+( |$)/ /; s/,//g" |
		awk -v name="$name" '
			{ part = $2; sub(/.*\//, "", part); split(part, at, ":")
			  sum += $1; functions[at[2]] = 1 }
			/libvalimit/ { files[at[1]] = 1 }
			END { print name, sum, length(functions), length(files) }'
done
