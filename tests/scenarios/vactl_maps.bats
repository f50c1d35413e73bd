#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# vactl maps: who mapped what, what is in memory, and showing part of it.

load vactl.bash

@test "the caller is a function, or its file and offset where that is stripped" {
	publish good 1
	[ "$("$VACTL" maps -rno CALLER --kind guest "$target" | sort -u)" = "set_entry+0x8" ]
	strip -o "$tmp/bare" "$GUEST/faketable"
	publish_as "$tmp/bare" good 1
	run --separate-stderr "$VACTL" maps -rno CALLER,OWNER --kind guest "$target"
	[ -z "$stderr" ]
	[[ ${lines[0]} =~ ^bare\+0x[0-9a-f]+\ "$tmp/bare"$ ]]
}

@test "the caller is the function that called mmap" {
	start off 'mmap 0 64K' 'mmap 0x500000000 64K rw fixed'
	run "$VACTL" maps -rno KIND,CALLER --kind guest "$target"
	[ "${#lines[@]}" -eq 2 ]
	for line in "${lines[@]}"; do
		echo "$line"
		# Whatever the compiler has inlined into what.
		[[ $line =~ ^guest\ (libc_call|invoke|do_mmap|run|execute|main)[.a-z0-9]*\+0x[0-9a-f]+$ ]]
	done
	# And the address is in the file that is named.
	pc=$("$VACTL" maps -rno PC --kind guest "$target" | head -n 1)
	[ "$("$VACTL" maps -rno OWNER --kind guest "$target" | head -n 1)" = \
		"$("$VACTL" maps -rno START,END,FILE "$target" |
			awk -v at="$pc" '$1 <= at && at < $2 { print $3 }')" ]
}

@test "a caller that is no code of a file has no name" {
	publish hostile 3
	run timeout 20 "$VACTL" maps -J -o +CALLER,PC,OWNER "$target"
	[ "$status" -le 1 ]
}

@test "a file that is another one now gives no names" {
	cp "$GUEST/faketable" "$tmp/fake"
	publish_as "$tmp/fake" good 1
	rm "$tmp/fake"
	mkfifo "$tmp/fake (deleted)"
	run timeout 20 "$VACTL" maps -rno CALLER --kind guest "$target"
	[ "$status" -eq 0 ]
	# Whoever may open what is mapped itself has the names all the same.
	[[ ${lines[0]} =~ ^set_entry\+0x8$ || ${lines[0]} =~ ^fake\ \(deleted\)\+0x[0-9a-f]+$ ]]
}

@test "--kind shows the kinds asked for, with their sums" {
	publish good 3
	run "$VACTL" maps -rno KIND --kind guest,own "$target"
	[ "$(sort -u <<<"$output")" = guest$'\n'own ]
	"$VACTL" maps -J --kind guest "$target" >"$tmp/json"
	[ "$(member "['totals']['guest']" <"$tmp/json")" -eq 49152 ]
	[ "$(member "['totals']['fence']" <"$tmp/json")" -eq 0 ]
	run --separate-stderr "$VACTL" maps --kind guest,guests "$target"
	[ "$status" -eq 1 ]
	says "--kind takes guest, host,"
}

@test "--range shows what lies in it, and what reaches into it" {
	publish good 3
	[ "$("$VACTL" maps -rno START --range 0x40001000-0x40008000 "$target")" = 0x000040001000 ]
	[ "$("$VACTL" maps -rno START --range 0x40008000-0x40008001 "$target")" = 0x000040008000 ]
	[ -z "$("$VACTL" maps -rno START --range 0x4000c000-0x40010000 "$target")" ]
	# One that wraps: everything but what lies wholly in between.
	all=$("$VACTL" maps -rno START "$target" | wc -l)
	[ "$("$VACTL" maps -rno START --range 0x40008000-0x40004000 "$target" | wc -l)" -eq "$all" ]
	[ "$("$VACTL" maps -rno START --range 0x4000c000-0x40008000 "$target" | wc -l)" -eq $((all - 1)) ]
	run --separate-stderr "$VACTL" maps --range 5 "$target"
	[ "$status" -eq 1 ]
	says "--range is not LOWER-UPPER"
}

@test "--owner shows what a file's code mapped" {
	start off 'mmap 0 64K'
	[ "$("$VACTL" maps -rno KIND --owner calls "$target")" = guest ]
	[ "$("$VACTL" maps -rno KIND --owner '*/guest/c*' "$target")" = guest ]
	[ -z "$("$VACTL" maps -rno KIND --owner 'libc.so.6' "$target")" ]
}

@test "--sort orders by a column, shown or not, upwards and downwards" {
	publish good 3
	"$VACTL" maps -rnbo SIZE --sort SIZE "$target" | sort -nc
	"$VACTL" maps -rnbo SIZE --sort -size "$target" | sort -nrc
	[ "$("$VACTL" maps -rno START --sort -SIZE "$target" | head -n 1)" = 0x000100000000 ]
	"$VACTL" maps -rno KIND --sort KIND "$target" | sort -c
	"$VACTL" maps -J --sort START "$target" | python3 -m json.tool >/dev/null
	"$VACTL" ps -J --sort -PID | python3 -c 'import json, sys
pids = [row["pid"] for row in json.load(sys.stdin)["processes"]]
assert pids == sorted(pids, reverse=True) and len(pids) > 0'
	run --separate-stderr "$VACTL" maps --sort FOO "$target"
	[ "$status" -eq 1 ]
	says "'FOO' is no column"
}

@test "what is in memory is what the kernel says" {
	start off 'mmap 0x210000000 256K rw fixed,populate' 'mmap 0x220000000 256K rw fixed'
	run "$VACTL" maps -rnbo START,RESIDENT --kind guest "$target"
	[ "${lines[0]}" = "0x000210000000 262144" ]
	[ "${lines[1]}" = "0x000220000000 0" ]
	"$VACTL" maps -Jbo RESIDENT "$target" | python3 -m json.tool >/dev/null
}

@test "of two tables the one that started first is the process's" {
	publish second
	run --separate-stderr "$VACTL" maps -J "$target"
	[ "$status" -eq 0 ]
	[ "$(member "['reach']" <<<"$output")" = process ]
	[ "$(member "['totals']['guest']" <<<"$output")" -eq $((100 * 16384)) ]
}

@test "an emulator's guest that inherits the library has a table of its own, which is not shown" {
	local emulator=qemu-$(uname -m)

	command -v "$emulator" >/dev/null || skip "$emulator is not installed"
	VA_LIMIT=47bit LD_PRELOAD="$VALIMIT_LIB" "$emulator" "$(command -v sleep)" 60 3>&- 2>/dev/null &
	target=$!
	for ((i = 0; i < 200; i++)); do
		[ "$(grep -c memfd:valimit "/proc/$target/maps")" -lt 2 ] || break
		sleep 0.1
	done
	[ "$(grep -c memfd:valimit "/proc/$target/maps")" -ge 2 ] || skip "the guest does not start the library here"
	run --separate-stderr "$VACTL" maps -J "$target"
	[ "$status" -eq 0 ]
	[ "$(member "['reach']" <<<"$output")" = process ]
	[ "$(member "['fence']" <<<"$output")" = on ]
}
