#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# vactl check: mappings outside the window, and differences between table and kernel.

load vactl.bash

# finds STATUS [OPTION]...: checks $target; its rows are in $tmp/rows.
finds() {
	local wanted=$1 status=0

	shift
	"$VACTL" check -rno FINDING,START,END,KIND,CALLER "$@" "$target" >"$tmp/rows" || status=$?
	cat "$tmp/rows"
	[ "$status" -eq "$wanted" ]
}

@test "check: a confined process has no findings, wherever its window is" {
	for confines in 32bit 0x200000000-0x240000000 64T-1G 4G-2^46; do
		start on 'mmap 0 64K' 'a=mmap 0 64K' 'munmap a 64K'
		finds 0
		[ ! -s "$tmp/rows" ]
		run --separate-stderr "$VACTL" check "$target"
		[ "$status" -eq 0 ]
		[ -z "$stderr" ]
		[[ $output == "PID $target: window 0x"*": escapes 0, holes 0, stale 0" ]]
	done
}

@test "check: what a guest demanded outside is an escape, with its caller" {
	for fence in on off; do
		start $fence 'mmap 0x500000000 64K rw fixed'
		finds 1
		grep -E '^escape 0x000500000000 0x000500010000 guest [a-z_.0-9]+\+0x[0-9a-f]+$' "$tmp/rows"
		finds 1 --escapes-only
	done
	run "$VACTL" check "$target"
	[ "$status" -eq 1 ]
	[[ ${lines[0]} =~ ^FINDING\ +START\ +END\ +SIZE\ +KIND\ +FILE\ +CALLER ]]
	[[ $output == *"fence off: escapes 1, holes 0, stale 0"* ]]
	[[ $output == *"No fence stands"* ]]
}

@test "check: what went past the library over the fence is an escape, without a caller" {
	start on 'raw.mmap 0x500000000 64K rw fixed'
	finds 1
	[ "$(cat "$tmp/rows")" = "escape 0x000500000000 0x000500010000 unknown " ]
}

@test "check: a page of the fence that a system call made accessible is an escape" {
	start on 'raw.mprotect 0x500000000 4K rw -> 0'
	finds 1
	[ "$(cat "$tmp/rows")" = "escape 0x000500000000 0x000500001000 unknown " ]
}

@test "check: pages of the main stack that a runtime protects are no escapes" {
	for fence in on off; do
		start $fence 's=find [stack]' 'mprotect s+16K 16K none -> 0' 'mprotect s+48K 16K r -> 0'
		finds 0
		[ ! -s "$tmp/rows" ]
	done
}

@test "check: what adjoins a stack in pieces, and is no piece of it, is an escape" {
	start on 's=find [stack]' 'mprotect s+16K 16K none -> 0' 'a=raw.mmap s-64K 64K rw fixed -> s-64K'
	finds 1
	[[ $(cat "$tmp/rows") =~ ^escape\ 0x[0-9a-f]+\ 0x[0-9a-f]+\ unknown\ $ ]]
}

@test "check: a mapping past the library is found while hosts go on mapping" {
	"$GUEST/api_unseen" a_host_maps_beside_it_until_sigterm >"$tmp/ready" 3>&- &
	target=$!
	started=$target
	awaits "$target" test -s "$tmp/ready"
	for i in {1..5}; do
		finds 1
		[ "$(cat "$tmp/rows")" = "escape 0x000500000000 $(printf '0x%012x' $((0x500000000 + $(getconf PAGESIZE)))) unknown " ]
	done
	kill -TERM "$target"
	wait "$target"
}

@test "check: what malloc has without a fence is an escape" {
	start off 'raw.mmap 0 1G'
	finds 1 --escapes-only
	grep -E '^escape 0x[7f][0-9a-f]+ 0x[7f][0-9a-f]+ unknown $' "$tmp/rows"
}

@test "check: a host's mapping is none" {
	for fence in on off; do
		start $fence VA_LIMIT_HOST=calls 'mmap 0 64K' 'mmap 0x500000000 64K rw fixed'
		finds 0
		[ "$("$VACTL" maps -rno KIND --kind host "$target" | wc -l)" -eq 2 ]
	done
}

@test "check: a hole in the fence is found, and is no escape" {
	start on 'raw.munmap 0x500000000 64K'
	finds 1
	[ "$(cat "$tmp/rows")" = "hole 0x000500000000 0x000500010000  " ]
	finds 0 --escapes-only
}

@test "check: what is in the table only is stale, and no escape" {
	start off 'a=mmap 0x210000000 64K rw fixed' 'raw.munmap 0x210000000 16K'
	finds 1
	grep -E '^stale 0x000210000000 0x000210004000 guest ' "$tmp/rows"
	[ "$(wc -l <"$tmp/rows")" -eq 1 ]
	finds 0 -e
}

@test "check: what lies across the window's bound is an escape where it is outside" {
	start on 'mmap 0x23fff0000 128K rw fixed'
	finds 1
	grep -E '^escape 0x000240000000 0x000240010000 guest ' "$tmp/rows"
	[ "$(wc -l <"$tmp/rows")" -eq 1 ]
}

@test "check: a process under load has no findings" {
	GUEST_WINDOW=$confines VA_LIMIT=$confines LD_PRELOAD="$VALIMIT_LIB" \
		"$GUEST/race" 8 0 seen >"$tmp/race" 3>&- &
	target=$!
	started=$target
	awaits "$target" grep -qE '^Threads:\s*9$' "/proc/$target/status"
	for i in {1..5}; do
		finds 0
	done
}

@test "check: programs that people run have no findings" {
	command -v python3 >/dev/null || skip "python3 is not installed"
	python=$(python3 -c 'import sys; print(sys.executable)')
	VA_LIMIT=32bit LD_PRELOAD="$VALIMIT_LIB" "$python" -c 'import ctypes, threading, time
for i in range(4): threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
print("ready", flush=True); time.sleep(60)' >"$tmp/ready" 3>&- &
	target=$!
	started=$target
	awaits "$target" test -s "$tmp/ready"
	finds 0
}

@test "check: JSON is valid, with findings and without" {
	start on 'mmap 0x500000000 64K rw fixed' 'raw.munmap 0x600000000 64K'
	"$VACTL" check -J "$target" >"$tmp/json" || [ $? -eq 1 ]
	[ "$(member "['escapes']" <"$tmp/json")" -eq 1 ]
	[ "$(member "['holes']" <"$tmp/json")" -eq 1 ]
	[ "$(member "['findings'][0]['finding']" <"$tmp/json")" = escape ]
	[ "$(member "['findings'][0]['start']" <"$tmp/json")" = 0x000500000000 ]
	[ "$(member "['pid']" <"$tmp/json")" -eq "$target" ]
	start on 'mmap 0 64K'
	"$VACTL" check --json "$target" >"$tmp/json"
	[ "$(member "['findings']" <"$tmp/json")" = "[]" ]
}

@test "check: where it cannot find out the status is 125" {
	publish none
	run --separate-stderr "$VACTL" check "$target"
	[ "$status" -eq 125 ]
	[ -z "$output" ]
	says "PID $target is not confined"
	kill -KILL "$target"
	wait "$target" || true
	run --separate-stderr "$VACTL" check "$target"
	[ "$status" -eq 125 ]
	says "no such process"
	for arguments in "" "x" "--frob 1" "1 2"; do
		run --separate-stderr "$VACTL" check $arguments
		[ "$status" -eq 125 ]
		says "see 'vactl check --help'"
	done
	publish good 1
	run --separate-stderr "$GUEST/faketable" denied "$VACTL" check "$target"
	[ "$status" -eq 125 ]
	[ -z "$output" ]
	says "ptrace_scope"
}

@test "check: what it cannot print or keep in memory is no finding" {
	start on 'mmap 0x500000000 64K rw fixed'
	for arguments in "$target" "-J $target" --help; do
		run --separate-stderr bash -c '"$0" check $1 >/dev/full' "$VACTL" "$arguments"
		[ "$status" -eq 125 ]
		says "cannot write the output: No space left on device"
	done
	# Less than the table's region.
	run --separate-stderr bash -c 'ulimit -v 50000; exec "$0" check "$1"' "$VACTL" "$target"
	[ "$status" -eq 125 ]
	says "out of memory"
}

@test "check: another user's process is refused" {
	[ "$(id -u)" -eq 0 ] || skip "needs root"
	open_folder
	publish good 1
	run --separate-stderr as_nobody check "$target"
	rm -r "$folder"
	[ "$status" -eq 125 ]
	says "run vactl as the same user or as root"
}

@test "check: a hostile table does no harm" {
	for seed in {1..15}; do
		publish hostile "$seed"
		run timeout 60 "$VACTL" check -J "$target"
		[ "$status" -eq 0 ] || [ "$status" -eq 1 ] || [ "$status" -eq 125 ]
		kill -KILL "$target"
		wait "$target" 2>/dev/null || true
	done
}
