#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# Bad settings end before main with one clear line and status 125, or a line and a documented
# reach. Never a crash, never silence.

bats_require_minimum_version 1.5.0

load helpers

setup() {
	cd "$BATS_TEST_TMPDIR"
}

# attempt [NAME=VALUE]... COMMAND...: out, err and $status. Preloaded directly.
attempt() {
	status=0
	env -u VA_LIMIT LD_PRELOAD="$VALIMIT_LIB" "$@" >out 2>err || status=$?
}

one_line() {
	[ "$(wc -l <err)" -eq 1 ] || fail "not one line:" "$(cat err)"
	grep -q '^valimit: ..*' err || fail "not the library's:" "$(cat err)"
}

# refused NAME=VALUE...: the last one is the bad one, and the line names it.
refused() {
	local bad=${*: -1}

	attempt VA_LIMIT=32bit "$@" /bin/echo main
	[ "$status" -eq 125 ] || fail "$bad: status $status" "$(cat err)"
	[ ! -s out ] || fail "$bad: main ran"
	one_line
	grep -qF -- "${bad%%=*}" err || fail "the variable is not named:" "$(cat err)"
	[ -z "${bad#*=}" ] || grep -qF -- "${bad#*=}" err || fail "the value is not named:" "$(cat err)"
}

@test "a file that takes nothing for trace and report: 125 and the reason, in each reach" {
	for option in trace report; do
		for reach in calls process whole; do
			status=0
			"$VACTL" run --window 32bit --reach $reach --$option /dev/full -- echo main >out 2>err || status=$?
			[ "$status" -eq 125 ] || fail "$option, $reach: status $status" "$(cat err)"
			[ ! -s out ] || fail "$option, $reach: main ran"
			one_line
			grep -q "VA_LIMIT_${option^^}: cannot write to /dev/full: ENOSPC" err || fail "$(cat err)"
		done
	done
}

@test "a window that is none: 125 and one line that names it" {
	for value in nonsense 32 bit 0bit 65bit 32bits - 1G- -1G 1G 0x-0x1 1G-2G-3G '1G 2G' 1G-2X \
		2^65-2^66 2^-1 0x1g-2G 1.5G-2G 99999999999999999999-1 ' 32bit' '32bit ' map64 1G-2Gx; do
		refused VA_LIMIT="$value"
	done
}

@test "an empty window: 125 and one line" {
	for value in 4G-4G 0-0 0x5000-0x5000; do
		refused VA_LIMIT="$value"
	done
}

# The error shows only when the window meets the kernel's bounds.
no_page() {
	attempt VA_LIMIT="$1" /bin/echo main
	[ "$status" -eq 125 ] || fail "$1: status $status" "$(cat err)"
	[ ! -s out ]
	one_line
	grep -q VA_LIMIT err
}

@test "a window without a whole page: 125 and one line" {
	no_page 0x200000001-0x200000fff
}

@test "a window below the lowest address: 125 and one line" {
	no_page "0x0-$(space_min)"
	no_page 0x0-0x800
	no_page 1bit
}

@test "a window above the end of the address space: 125 and one line" {
	no_page 2^60-2^61
}

@test "a window is clamped to what there is" {
	attempt VA_LIMIT=0-2^63 "$GUEST/calls" 'mmap 0 4K -> ok'
	[ "$status" -eq 0 ]
	attempt VA_LIMIT=0-2^32 GUEST_WINDOW=0x0-0x100000000 "$GUEST/calls" 'mmap 0 4K -> inside'
	[ "$status" -eq 0 ]
}

@test "VA_LIMIT_FENCE: 125 and one line" {
	for value in yes ON 1 ofF 'off ' none; do
		refused VA_LIMIT_FENCE="$value"
	done
}

@test "VA_LIMIT_FIXED: 125 and one line" {
	for value in forbid Allow 0; do
		refused VA_LIMIT_FIXED="$value"
	done
}

@test "VA_LIMIT_PLACE: 125 and one line" {
	for value in top-down up RANDOM; do
		refused VA_LIMIT_PLACE="$value"
	done
}

@test "VA_LIMIT_BASE: 125 and one line" {
	for value in here 0x 1GG 99999999999999999999 1G-2G -1; do
		refused VA_LIMIT_BASE="$value"
	done
}

@test "VA_LIMIT_SEED: 125 and one line" {
	for value in dice 1x -1 0x 99999999999999999999; do
		refused VA_LIMIT_SEED="$value"
	done
}

@test "VA_LIMIT_ALIGN: 125 and one line" {
	for value in 3 0 65535 64KB big 2^64; do
		refused VA_LIMIT_ALIGN="$value"
	done
}

@test "VA_LIMIT_INSPECT: 125 and one line" {
	for value in all me 1; do
		refused VA_LIMIT_INSPECT="$value"
	done
}

@test "VA_LIMIT_INHERIT: 125 and one line" {
	for value in none 0 1; do
		refused VA_LIMIT_INHERIT="$value"
	done
}

@test "an unknown VA_LIMIT_ variable: 125 and one line" {
	refused VA_LIMIT_FENSE=on
	refused VA_LIMIT_=1
}

@test "a bad value stops the program even where no window is set" {
	attempt VA_LIMIT_FENCE=maybe /bin/echo main
	[ "$status" -eq 125 ]
	one_line
}

@test "an empty value is as an unset one" {
	attempt VA_LIMIT= VA_LIMIT_FENCE= VA_LIMIT_SEED= "$GUEST/calls" 'mmap 0x500000000 4K -> 0x500000000'
	[ "$status" -eq 0 ]
	[ ! -s err ]
}

@test "other names that begin alike are left alone" {
	attempt VA_LIMITS=nonsense VA_LIMITED=1 XVA_LIMIT=2 "$GUEST/calls" 'mmap 0 4K -> ok'
	[ "$status" -eq 0 ]
	[ ! -s err ]
}

@test "a base outside the window: placed inside all the same" {
	confined $WINDOW VA_LIMIT_BASE=0x500000000 calls 'mmap 0 64K -> inside'
	confined $WINDOW VA_LIMIT_BASE=0x10000 calls 'mmap 0 64K -> inside'
	confined $SMALL VA_LIMIT_BASE=0x500000000 calls 'mmap 0 64M none -> lower'
}

@test "an alignment larger than the window: ENOMEM and no crash" {
	confined $SMALL VA_LIMIT_ALIGN=1T calls 'mmap 0 64K -> ENOMEM'
}

@test "a window of one page" {
	confined 0x200000000-0x200001000 calls 'mmap 0 4K -> lower' 'mmap 0 4K -> ENOMEM'
}

@test "a library that cannot be loaded: vactl says so and the status is 125" {
	echo 'not a library' >libvalimit.so
	for library in /nonexistent/libvalimit.so "$PWD/libvalimit.so" "$PWD"; do
		status=0
		VACTL_LIBRARY=$library "$VACTL" run --window 32bit -- /bin/echo main >out 2>err || status=$?
		[ "$status" -eq 125 ] || fail "$library: status $status" "$(cat out err)"
		[ ! -s out ]
		grep -q '^vactl: ' err
		grep -qF "$library" err
	done
}

# without_proc FENCE COMMAND...: in a mount namespace of its own.
without_proc() {
	status=0
	unshare -m sh -c 'mount -t tmpfs none /proc && fence=$1 && shift && exec env VA_LIMIT="$WINDOW" \
		GUEST_WINDOW="$WINDOW" VA_LIMIT_FENCE="$fence" LD_PRELOAD="$VALIMIT_LIB" "$@"' sh "$@" \
		>out 2>err || status=$?
}

@test "no /proc: the calls are confined, and that there is no fence is said" {
	unshare -m sh -c 'mount -t tmpfs none /proc' || skip "needs a mount namespace"
	export WINDOW
	without_proc auto "$GUEST/calls" 'a=mmap 0 64K -> inside' 'b=mmap 0 64K -> a-64K' 'munmap a 64K -> 0' \
		'mmap 0x500000000 64K -> inside' 'mmap lower+1M 64K -> lower+1M'
	[ "$status" -eq 0 ] || fail "$(cat out err)"
	one_line
	without_proc off "$GUEST/calls" 'mmap 0 64K -> inside'
	[ "$status" -eq 0 ]
}

@test "no /proc: a fence that is demanded is 125 and one line" {
	unshare -m sh -c 'mount -t tmpfs none /proc' || skip "needs a mount namespace"
	export WINDOW
	without_proc on /bin/echo main
	[ "$status" -eq 125 ]
	[ ! -s out ]
	one_line
}

@test "no /proc: an unseen obstacle is passed all the same" {
	unshare -m sh -c 'mount -t tmpfs none /proc' || skip "needs a mount namespace"
	export WINDOW
	without_proc off "$GUEST/calls" 'a=raw.mmap upper-512M 512M rw fixed,noreserve -> upper-512M' \
		'fill a 64K 1' 'mmap 0 256M none -> inside' 'mmap 0 128M none -> inside' 'has a 64K 1 -> yes'
	[ "$status" -eq 0 ] || fail "$(cat out err)"
}

@test "a finite RLIMIT_AS: no fence by default, said once, and the calls are confined" {
	# 4 GiB in KiB: enough for the program, too little for a fence.
	status=0
	(ulimit -v 4194304 && with auto $WINDOW calls 'mmap 0 64K -> inside') >out 2>err || status=$?
	[ "$status" -eq 0 ] || fail "$(cat out err)"
	one_line
	grep -q RLIMIT_AS err
}

@test "a finite RLIMIT_AS: a fence that is demanded is 125 and one line" {
	status=0
	(ulimit -v 4194304 && with on $WINDOW echo main) >out 2>err || status=$?
	[ "$status" -eq 125 ]
	[ ! -s out ]
	one_line
}

@test "no limit on the stack: confined, or a clear line" {
	ulimit -s unlimited || skip "the limit is fixed here"
	for window in $WINDOW 32bit 0x100000000-0x400000000000; do
		status=0
		with auto $window calls 'a=mmap 0 64K -> inside' 'raw.mmap 0 64K' >out 2>err || status=$?
		[ "$status" -eq 0 ] || fail "$window: $(cat out err)"
		[ ! -s err ] || one_line
		[ -s err ] || with auto $window calls 'raw.mmap 0 64K -> inside'
	done
}

@test "no room for the table (RLIMIT_AS): 125 and one line" {
	# Enough for ld.so and libc, too little for anything more.
	for kib in 2000 3000 4000 6000 8000; do
		status=0
		(ulimit -v $kib && with auto $WINDOW true) >out 2>err || status=$?
		[ "$status" -ne 139 ] || fail "$kib KiB: a crash"
		[ -s err ] || [ "$status" -eq 0 ] || fail "$kib KiB: status $status in silence"
	done
}

@test "36: a setuid program stays passive" {
	[ "$(id -u)" -eq 0 ] || skip "needs root"
	need setpriv
	need cc
	# Where no other user may go, and set-user-ID counts.
	place=$(mktemp -d /tmp/setuid.XXXXXX)
	chmod 755 "$place"
	cp "$VALIMIT_LIB" "$place/libvalimit.so.0"
	cc -D_GNU_SOURCE -o "$place/calls" "$SRCDIR/tests/guest/calls.c" -Wl,--no-as-needed \
		"$place/libvalimit.so.0" -Wl,-rpath,"$place"
	cp "$place/calls" "$place/plain"
	cp "$(type -P id)" "$place/id"
	chmod 4755 "$place/calls" "$place/id"
	[ "$(setpriv --reuid 65534 --clear-groups "$place/id" -u)" = 0 ] ||
		{ rm -r "$place"; skip "set-user-ID does not count here"; }
	environment=(VA_LIMIT=$WINDOW VA_LIMIT_FENCE=on GUEST_WINDOW=$WINDOW)
	ours=0 passive=0 nonsense=0 files=
	env "${environment[@]}" setpriv --reuid 65534 --clear-groups \
		"$place/plain" 'mmap 0x500000000 64K -> inside' || ours=$?
	env "${environment[@]}" setpriv --reuid 65534 --clear-groups \
		"$place/calls" 'mmap 0x500000000 64K -> 0x500000000' || passive=$?
	env VA_LIMIT=nonsense VA_LIMIT_TRACE="$place/trace" VA_LIMIT_REPORT="$place/report" \
		setpriv --reuid 65534 --clear-groups "$place/calls" 'mmap 0 64K -> ok' || nonsense=$?
	[ ! -e "$place/trace" ] && [ ! -e "$place/report" ] || files=written
	rm -r "$place"
	[ "$ours" -eq 0 ]
	[ "$passive" -eq 0 ]
	[ "$nonsense" -eq 0 ]
	[ -z "$files" ]
}

@test "a layout in which the kernel cannot reach the window: one line, and reach calls; 125 where the fence is demanded" {
	local true

	true=$(type -P true)
	setarch -L "$true" || skip "setarch is not allowed here"
	run --separate-stderr setarch -L env VA_LIMIT=32bit LD_PRELOAD="$VALIMIT_LIB" "$true"
	[ "$status" -eq 0 ]
	[ "${#stderr_lines[@]}" -eq 1 ]
	[[ $stderr == "valimit: no fence"*"does not reach the window"* ]]
	run --separate-stderr setarch -L env VA_LIMIT=32bit VA_LIMIT_FENCE=on LD_PRELOAD="$VALIMIT_LIB" "$true"
	[ "$status" -eq 125 ]
	[[ $stderr == "valimit: cannot raise the fence"* ]]
}

@test "no file may have a page (RLIMIT_FSIZE): confined all the same" {
	for fence in off auto; do
		# Through a pipe, which has no length.
		(ulimit -f 0 && with $fence $WINDOW calls 'mmap 0 64K -> inside' 2>&1 && echo ended) | cat >out
		[ "$(tail -n 1 out)" = ended ] || fail "$fence: $(cat out)"
	done
}

# Characters that a terminal obeys: an escape sequence, a C1 control as one byte and as a
# character, a right-to-left override; and a line that is not the library's.
EVIL=$'\e]0;title\a\x9b31m\u009b31m\u202e\nvalimit: \x7f'

# Whether a text is plain, and has been shown at all: the '?' stand for other characters.
plain_text() { # FILE
	grep -q '?]0;title?' "$1" || fail "not there" "$(cat -v "$1")"
	python3 - "$1" <<-'END' || fail "$(cat -v "$1")"
		import sys, unicodedata
		text = open(sys.argv[1], 'rb').read().decode()
		bad = {'Cc', 'Cf', 'Cs', 'Zl', 'Zp'}
		assert not any(c != '\n' and unicodedata.category(c) in bad for c in text), text
	END
}

@test "names and values that are no plain text reach no terminal as they are" {
	need python3
	export LC_ALL=C.UTF-8
	for bad in VA_LIMIT="$EVIL" VA_LIMIT_PLACE="$EVIL" "VA_LIMIT_$EVIL=1" \
		VA_LIMIT_TRACE="/no/$EVIL"; do
		attempt VA_LIMIT=32bit "$bad" /bin/echo main
		[ "$status" -eq 125 ]
		one_line
		plain_text err
	done
	attempt VA_LIMIT=32bit VA_LIMIT_REACH=whole VACTL_LAUNCHER="/no/$EVIL" /bin/echo main
	[ "$status" -eq 0 ]
	one_line
	plain_text err
}

@test "the names of a program and its libraries are plain text in trace and report" {
	need python3
	need gcc
	export LC_ALL=C.UTF-8
	evil=${EVIL//[\/]/}
	echo '#include <sys/mman.h>
	void *get(void) { return mmap(0, 4096, 0, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); }' |
		gcc -xc -shared -fPIC -o "$evil.so" -
	echo 'void *get(void); int main(void) { return get() == (void *)-1; }' |
		gcc -xc -o "$evil" - -xnone "./$evil.so"
	attempt VA_LIMIT=32bit VA_LIMIT_TRACE=trace VA_LIMIT_REPORT=report "./$evil"
	[ "$status" -eq 0 ]
	for file in trace report; do
		plain_text $file
		refute grep -q '^valimit: ?' $file
	done
	grep -q 'mmap(.*?]0;title?.*\.so+0x' trace
}

@test "the launcher's messages are plain text" {
	need python3
	[ -x "$BUILDDIR/tools/launch/launch" ] || skip "no launcher for this processor"
	export LC_ALL=C.UTF-8
	for bad in "VA_LIMIT=$EVIL" "VA_LIMIT_$EVIL=1" VA_LIMIT=32bit; do
		status=0
		env "$bad" "$BUILDDIR/tools/launch/launch" "/no/$EVIL" name 2>err || status=$?
		[ "$status" -ge 125 ]
		[ "$(wc -l <err)" -eq 1 ]
		plain_text err
	done
}
