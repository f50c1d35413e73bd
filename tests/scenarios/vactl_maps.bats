#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# vactl maps: callers of mappings, bytes in memory, and the selection of rows.

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
		# The compiler may have inlined any of these into another.
		[[ $line =~ ^guest\ (libc_call|invoke|do_mmap|run|execute|main)[.a-z0-9]*\+0x[0-9a-f]+$ ]]
	done
	# The named file contains the address.
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
	# A user with the right to open the mapped files has the names all the same.
	[[ ${lines[0]} =~ ^set_entry\+0x8$ || ${lines[0]} =~ ^fake\ \(deleted\)\+0x[0-9a-f]+$ ]]
}

@test "--kind shows the kinds asked for, with their sums" {
	publish good 3
	run "$VACTL" maps -rno KIND --kind guest,own "$target"
	[ "$(sort -u <<<"$output")" = guest$'\n'own ]
	"$VACTL" maps -J --kind guest "$target" >"$tmp/json"
	[ "$(member "['kinds']['guest']['bytes']" <"$tmp/json")" -eq 49152 ]
	[ "$(member "['kinds']['fence']['bytes']" <"$tmp/json")" -eq 0 ]
	run --separate-stderr "$VACTL" maps --kind guest,guests "$target"
	[ "$status" -eq 1 ]
	says "--kind takes guest, host,"
}

@test "--range shows what lies in it, and what reaches into it" {
	publish good 3
	[ "$("$VACTL" maps -rno START --range 0x40001000-0x40008000 "$target")" = 0x000040001000 ]
	[ "$("$VACTL" maps -rno START --range 0x40008000-0x40008001 "$target")" = 0x000040008000 ]
	[ -z "$("$VACTL" maps -rno START --range 0x4000c000-0x40010000 "$target")" ]
	# A wrapped range: everything but mappings that lie wholly in between.
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

@test "what is in memory, dirty and swapped is what the kernel says" {
	start off 'mmap 0x210000000 256K rw fixed,populate' 'mmap 0x220000000 256K rw fixed'
	run "$VACTL" maps -rnbo START,RSS,PSS,DIRTY,SWAP,THP --kind guest "$target"
	[ "${lines[0]}" = "0x000210000000 262144 262144 262144 0 0" ]
	[ "${lines[1]}" = "0x000220000000 0 0 0 0 0" ]
	"$VACTL" maps -Jo RSS "$target" | python3 -m json.tool >/dev/null
	# Of whole mappings only, and of all that the kernel has.
	sum=$("$VACTL" maps -rnbo RSS "$target" | awk '{ sum += $1 } END { print sum / 1024 }')
	[ "$sum" -eq "$(awk '/^Rss:/ { sum += $2 } END { print sum }' "/proc/$target/smaps")" ]
}

@test "the type tells what a mapping is for" {
	start on 'mmap 0x210000000 64K rw fixed' 'mmap 0x220000000 1M none fixed'
	"$VACTL" maps -rno TYPE,KIND,PERM,FILE,START "$target" >"$tmp/rows"
	grep -q '^stack other rw-p .stack. ' "$tmp/rows"
	grep -q '^image other r-xp /.*/calls ' "$tmp/rows"
	grep -q '^vdso other r-xp .vdso. ' "$tmp/rows"
	grep -q '^table own rw-p /memfd:valimit' "$tmp/rows"
	grep -q '^data guest rw-p  0x000210000000' "$tmp/rows"
	grep -q '^reserve guest ---p  0x000220000000' "$tmp/rows"
	grep -q '^reserve fence ---p ' "$tmp/rows"
}

@test "place in the file, inode number, and whether the window has it" {
	start on 'mmap 0x210000000 64K rw fixed' 'mmap 0x500000000 64K rw fixed'
	"$VACTL" maps -rno START,OFFSET,INODE,INSIDE --kind guest "$target" >"$tmp/rows"
	[ "$(cat "$tmp/rows")" = "0x000210000000   yes"$'\n'"0x000500000000   no" ]
	# As the kernel's list has them: 0x, and 12 digits.
	"$VACTL" maps -rno START,OFFSET,INODE "$target" | awk 'NF == 3' >"$tmp/ours"
	awk 'function wide(x) { return "0x" substr("000000000000", length(x) + 1) x }
	     $5 > 0 { split($1, bound, "-"); print wide(bound[1]), wide($3), $5 }' \
		"/proc/$target/maps" >"$tmp/kernel"
	[ -s "$tmp/kernel" ]
	diff "$tmp/ours" "$tmp/kernel"
}

@test "--output-all prints every column, once" {
	publish good 3
	for command in "maps $target" "check $target" ps; do
		"$VACTL" ${command%% *} --help | sed -n '/^Columns/,/^$/s/^ \([A-Z][A-Z]*\) .*/\1/p' >"$tmp/columns"
		"$VACTL" $command -r --output-all >"$tmp/out" || [ $? -eq 1 ]
		[ "$(head -n 1 "$tmp/out")" = "$(paste -sd' ' "$tmp/columns")" ]
	done
}

@test "of two tables the one that started first is the process's" {
	publish second
	run --separate-stderr "$VACTL" maps -J "$target"
	[ "$status" -eq 0 ]
	[ "$(member "['reach']" <<<"$output")" = process ]
	[ "$(member "['kinds']['guest']['bytes']" <<<"$output")" -eq $((100 * 16384)) ]
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

# The unconfined process with which a user compares a confined one.
@test "maps, stat, explain and plot tell of a process that is not confined" {
	publish none
	for command in maps "maps -J" stat "stat -J" plot "explain $target 0x10000 -J" "explain 0x10000"; do
		[[ $command == explain*" $target "* ]] || command="${command%% *} $target ${command#"${command%% *}"}"
		run --separate-stderr "$VACTL" $command
		[ "$status" -eq 0 ]
		[ -z "$stderr" ]
		[ -n "$output" ]
	done
	"$VACTL" maps -rno START,END,PERM "$target" | sed 's/0x0*//g' >"$tmp/ours"
	sed -E '/vsyscall/d; s/^0*([0-9a-f]+)-0*([0-9a-f]+) (....).*/\1 \2 \3/' "/proc/$target/maps" >"$tmp/kernel"
	[ "$(wc -l <"$tmp/kernel")" -gt 10 ]
	diff "$tmp/ours" "$tmp/kernel"
	[ "$("$VACTL" maps -rno KIND "$target" | sort -u)" = unknown ]
	"$VACTL" maps -J "$target" >"$tmp/json"
	[ "$(member "['table']" <"$tmp/json")" = False ]
	[ "$(member "['window']" <"$tmp/json")" = None ]
}

@test "maps: -n has no headings, -r one space, -b bytes, -o the columns asked for" {
	publish good 3
	run "$VACTL" maps -n "$target"
	[[ ${lines[0]} =~ ^0x000040000000\ 0x000040001000\ +4K\ guest ]]
	run "$VACTL" maps -r "$target"
	[ "${lines[0]}" = "START END SIZE KIND TYPE PERM FILE" ]
	[ "${lines[2]}" = "0x000040001000 0x000040004000 12K guest  - " ]
	run "$VACTL" maps -rb "$target"
	[[ ${lines[2]} == *" 12288 "* ]]
	run "$VACTL" maps -r --output kind,Start "$target"
	[ "${lines[0]}" = "KIND START" ]
	[ "${lines[1]}" = "guest 0x000040000000" ]
	run "$VACTL" maps -r -o +when,START "$target"
	[ "${lines[0]}" = "START END SIZE KIND TYPE PERM FILE WHEN" ]
}

@test "maps: the owner is the module that the caller's address lies in" {
	publish good 1
	run "$VACTL" maps -rno OWNER,PC "$target"
	[[ ${lines[0]} =~ ^/.*/faketable\ 0x[0-9a-f]+$ ]]
}
