#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# VA_LIMIT_REPORT: a summary when the process ends.

load helpers

bats_require_minimum_version 1.7.0

setup() {
	cd "$BATS_TEST_TMPDIR"
	report=$BATS_TEST_TMPDIR/report
	ulimit -c 0
}

# A row of the report, by its label.
figure() {
	awk -v label="$1" 'index($0, label "  ") == 1 { sub(label " +", ""); print; found = 1 }
		END { exit !found }' "$report"
}

# ended STATUS HOW ARGUMENT...: the program ends with the status it has without
# the library, and there is one report that says how.
ended() {
	local status=$1 how=$2 got=0

	shift 2
	"$GUEST/ends" "$@" || got=$?
	[ "$got" -eq "$status" ] || fail "without the library: status $got"
	for fence in on off; do
		rm -f "$report"
		got=0
		with $fence $WINDOW VA_LIMIT_REPORT="$report" ends "$@" || got=$?
		[ "$got" -eq "$status" ] || fail "$* with fence $fence: status $got" || return
		[ "$(grep -c ^valimit: "$report")" -eq 1 ] || fail "$*: $(cat "$report")" || return
		grep -qxE "valimit: report of process [0-9]+, $(realpath "$GUEST/ends"), $how" "$report" ||
			fail "$*: $(cat "$report")" || return
		[ "$(figure mmap | cut -d: -f1)" -ge 3 ]
	done
}

@test "return, exit, _exit, _Exit, quick_exit and syscall(SYS_exit_group) are reported once" {
	ended 2 'at exit'
	ended 4 'at exit' exit
	ended 5 'at _exit' _exit
	ended 6 'at _exit' _Exit
	ended 7 'at quick_exit' quick_exit
	ended 8 'at exit_group' syscall
}

@test "faults and other deadly signals are reported, and kill as before" {
	ended 134 'killed by SIGABRT' abort
	ended 139 'killed by SIGSEGV' fault
	ended 129 'killed by SIGHUP' 1
	ended 139 'killed by SIGSEGV' 11
	ended 141 'killed by SIGPIPE' 13
	ended 143 'killed by SIGTERM' 15
	ended 139 'killed by SIGSEGV' overflow altstack
	case $(uname -m) in
	x86_64) ended 132 'killed by SIGILL' trap ;;
	esac
}

@test "a core still shows where the fault was" {
	need gdb
	run -0 gdb -batch -ex "set env LD_PRELOAD $VALIMIT_LIB" -ex "set env VA_LIMIT $WINDOW" \
		-ex "set env VA_LIMIT_REPORT $report" -ex 'handle SIGSEGV nostop noprint pass' \
		-ex 'run' -ex 'info program' --args "$GUEST/ends" fault
	[[ $output == *"terminated with signal SIGSEGV"* ]]
	grep -q 'killed by SIGSEGV' "$report"
}

@test "what cannot be seen has no report, and ends as it would" {
	for how in raw 9; do
		rm -f "$report"
		got=0 plain=0
		"$GUEST/ends" $how || plain=$?
		with on $WINDOW VA_LIMIT_REPORT="$report" ends $how || got=$?
		[ "$got" -eq "$plain" ]
		[ ! -s "$report" ]
	done
	got=0
	with on $WINDOW VA_LIMIT_REPORT="$report" ends overflow || got=$?
	[ "$got" -eq 139 ]
}

@test "a handler of the program's own goes first, and SIGINT keeps its default" {
	ended 9 'at _exit' handled
	rm "$report"
	got=0
	with on $WINDOW VA_LIMIT_REPORT="$report" ends 2 || got=$?
	[ "$got" -eq 130 ]
	[ ! -s "$report" ]
	need python3
	run -0 with on $WINDOW VA_LIMIT_REPORT="$report" "$(python_path)" -c 'import os, signal
try:
    os.kill(os.getpid(), signal.SIGINT)
    signal.pause()
except KeyboardInterrupt:
    print("interrupted")'
	[ "$output" = interrupted ]
}

@test "a vfork child reports nothing, its parent once; a fork's child for itself" {
	ended 2 'at exit' vfork
	rm -f "$report"
	with on $WINDOW VA_LIMIT_REPORT="$report" ends fork || [ $? -eq 2 ]
	[ "$(grep -c '^valimit: report of process' "$report")" -eq 2 ]
	[ "$(grep ^valimit: "$report" | sort -u | wc -l)" -eq 2 ]
	rm -f "$report"
	with on $WINDOW VA_LIMIT_REPORT="r.%p" ends fork || [ $? -eq 2 ]
	[ "$(ls r.* | wc -l)" -eq 2 ]
	for file in r.*; do
		grep -q "^valimit: report of process ${file#r.}, " "$file"
	done
}

@test "a signal in the middle of a call is reported without waiting" {
	for _ in {1..5}; do
		rm -f "$report"
		got=0
		with off $WINDOW VA_LIMIT_REPORT="$report" ends inside || got=$?
		[ "$got" -eq 143 ]
		grep -q 'killed by SIGTERM' "$report"
		[ "$(figure calls)" -gt 100 ]
	done
}

@test "the figures are those of what was done" {
	with off $WINDOW VA_LIMIT_REPORT="$report" calls 'a=mmap 0 1M -> inside' \
		'mmap lower+64M 1M -> lower+64M' 'mmap lower+80M 1M rw fixed -> lower+80M' \
		'mmap lower+80M 1M rw noreplace -> EEXIST' 'mmap 0 2G -> ENOMEM' 'munmap a 1M -> 0' \
		'b=mmap 0 1M -> inside' 'mremap b 1M 512K -> b' 'mremap b 512K 0 -> EINVAL' \
		'mmap 0x500000000 64K rw fixed -> 0x500000000'
	[ "$(figure window)" = "$WINDOW, no fence" ]
	[ "$(figure mmap)" = "7: 2 placed, 1 at hint, 2 fixed, 1 ENOMEM, 1 EEXIST" ]
	[ "$(figure munmap)" = "1: 1 done" ]
	[ "$(figure mremap)" = "2: 1 in place, 1 EINVAL" ]
	[ "$(figure calls)" = 10 ]
	[ "$(figure "passed straight to the kernel")" = 0 ]
	[ "$(figure "mapped in the window")" = 2560K ]
	[ "$(figure "free in the window")" = 1046016K ]
	[ "$(figure "fixed outside the window")" = 1 ]
	[ "$(figure "the latest of them, at")" = 0x500000000 ]
	[[ $(figure "the latest of them, called from") == calls+0x* ]]
	[ "$(figure "placements without room")" = 1 ]
	[ "$(figure forks)" = 0 ]
}

@test "obstacles, escapes and what goes straight to the kernel are counted" {
	with off $WINDOW VA_LIMIT_REPORT="$report" VA_LIMIT_BASE=0x230000000 calls \
		'raw.mmap lower+767M 1M rw noreplace -> lower+767M' 'mmap 0 64K -> inside'
	[ "$(figure "retries after EEXIST")" = 1 ]
	[ "$(figure "other intervals learnt")" = 1 ]
	[ "$(figure "escapes past the fence")" = 0 ]
	rm "$report"
	with on $WINDOW VA_LIMIT_REPORT="$report" VA_LIMIT_ALIGN=64K calls \
		'raw.mmap 0x600000000 64K rw fixed -> 0x600000000' 'mmap 0 2G -> ENOMEM'
	[ "$(figure "escapes past the fence")" = 1 ]
	rm "$report"
	with on $WINDOW VA_LIMIT_REPORT="$report" calls 'a=mmap 0 64K' 'munmap a 64K'
	[ "$(figure "passed straight to the kernel")" -ge 2 ]
}

@test "hosts' calls, and limits, are told apart" {
	with on $WINDOW VA_LIMIT_REPORT="$report" example >out
	[ "$(figure "host calls")" -ge 1 ]
	[ "$(figure mmap_range)" = "1: 1 placed" ]
	[ "$(figure limits)" = "1: 1 done" ]
}

@test "stderr gets it too, and a file that cannot be written is refused at the start" {
	run with on $WINDOW VA_LIMIT_REPORT=stderr ends exit
	[ "$status" -eq 4 ]
	[[ $output == *"valimit: report of process "* ]]
	run with on $WINDOW VA_LIMIT_REPORT=missing/report ends
	[ "$status" -eq 125 ]
	[[ $output == "valimit: VA_LIMIT_REPORT: cannot write to missing/report: ENOENT"* ]]
}

@test "a program that closes stderr before it ends is reported there, if it has a name" {
	with on $WINDOW VA_LIMIT_REPORT=stderr "$(type -P ls)" / >out 2>"$report"
	grep -qE '^valimit: report of process [0-9]+, .*, at exit$' "$report"
	grep -qE '^mapped in the window ' "$report"
	# A pipe has none.
	with on $WINDOW VA_LIMIT_REPORT=stderr "$(type -P ls)" / 2>&1 >out | cat >"$report"
	[ ! -s "$report" ]
}

@test "a file that has taken its name meanwhile is not stderr" {
	with on $WINDOW VA_LIMIT_REPORT=stderr sh -c ': >new; mv new "$1"; exec 2>&-' - "$report" 2>"$report"
	[ -e "$report" ]
	[ ! -s "$report" ]
}

@test "a window without limits, and a sealed fence, are told" {
	# Wrapped, and its hole beyond user space.
	with off 0x9000000000000000-0x8000000000000000 VA_LIMIT_REPORT="$report" calls "mmap 0 64K"
	[ "$(figure window)" = none ]
	kernel_at_least 6.10
	rm "$report"
	with sealed $WINDOW VA_LIMIT_REPORT="$report" calls 'mmap 0 64K -> inside'
	[ "$(figure window)" = "0x200000000-0x240000000, sealed fence" ]
}

@test "without limits there is a line that says so" {
	VA_LIMIT_REPORT="$report" LD_PRELOAD="$VALIMIT_LIB" "$GUEST/ends" exit || [ $? -eq 4 ]
	grep -qx "valimit: report of process [0-9]*, .*/ends, at exit, without a window" "$report"
	[ "$(wc -l <"$report")" -eq 1 ]
}

@test "vactl run --report and vactl stat use the same words" {
	need python3
	"$VACTL" run --window $WINDOW --report "$report" -- "$GUEST/calls" 'mmap 0 64K' wait >out &
	guest=$!
	until grep -q waiting out; do
		kill -0 $guest
		sleep 0.05
	done
	"$VACTL" stat $guest >stat
	kill $guest
	wait $guest || true
	for label in 'retries after EEXIST' 'other intervals learnt' 'fixed outside the window'; do
		figure "$label"
		grep -q "$label" stat
	done
}
