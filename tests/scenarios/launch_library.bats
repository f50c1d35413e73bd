#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# The launcher's fence: calls that break it, and the library on top of it, which takes it over
# and works as elsewhere.

load launch.bash
load api.bash

setup_file() {
	[ -x "$LAUNCH" ] || skip "no launcher for this processor"
}

# As helpers.bash has fenced(), but started by the launcher.
whole() { # WINDOW [NAME=VALUE]... PROGRAM [ARGUMENT]...
	local window=$1 program
	local -a set=(GUEST_WINDOW="$(bounds "$1")" GUEST_FENCED=1 VA_LIMIT="$1")

	shift
	while [[ $1 == *=* ]]; do
		set+=("$1")
		shift
	done
	program=$(program_path "$1")
	[[ $program == /* ]] || program=$(type -P "$program")
	timeout -k 5 60 env "${set[@]}" LD_PRELOAD="$VALIMIT_LIB" "$LAUNCH" "$program" "$@"
}

POLICIES='VA_LIMIT_PLACE=topdown VA_LIMIT_PLACE=bottomup VA_LIMIT_PLACE=random VA_LIMIT_PLACE=bestfit VA_LIMIT_ALIGN=64K'

@test "malloc, threads, libraries and rings lie inside, whether kernel or library places" {
	for policy in $POLICIES; do
		for guest in mallocs threads dlopens iosetup; do
			whole 32bit $policy $guest || fail "$policy $guest"
		done
	done
}

@test "storms of threads, and forks among them" {
	for policy in $POLICIES; do
		whole 32bit $policy race 2 || fail "$policy race"
		whole 32bit $policy forks || fail "$policy forks"
	done
}

@test "the table is outside, in the room that the launcher has left, sealed or not" {
	for fence in on sealed; do
		[ $fence = on ] || kernel_at_least 6.10
		for window in $WINDOWS; do
			start "$window" --fence $fence -- sh -c 'echo ready; read -r wait'
			run -0 "$VACTL" maps -n --raw -o KIND,START,END "$target"
			IFS=- read -r lower upper <<<"$(bounds "$window")"
			own=$(awk '$1 == "own" { print $2; exit }' <<<"$output")
			if ((lower < upper)); then
				((own < lower || own >= upper))
			else
				((own < lower && own >= upper))
			fi
			run -0 "$GUEST/outside" "$(bounds "$window")" "$target"
		done
	done
}

@test "hosts are carved out of the launcher's fence, and it is closed behind them" {
	for case in behind_munmap behind_partial_munmaps behind_mremap \
		a_host_grows_in_place_into_the_fence the_fence_cannot_be_used behind_failures; do
		whole 0x10000-0x400000000000 api_fence $case || fail "$case"
	done
}

@test "limits that change take the launcher's fence along" {
	for case in $(grep -o 'CASE([a-z_0-9]*)' "$SRCDIR/tests/guest/api_change.c" | sed 's/CASE(//; s/)//'); do
		whole 0x10000-0x400000000000 api_change $case || fail "$case"
	done
}

@test "a window of the program's own, smaller than the launcher's" {
	need python3
	python3 - "$LAUNCH" "$tmp/launch" <<-'END'
		import sys
		data = bytearray(open(sys.argv[1], 'rb').read())
		at = data.index(b'valimit-settings') + 16
		data[at:at + 15] = b'VA_LIMIT=32bit\0'
		open(sys.argv[2], 'wb').write(data)
	END
	chmod +x "$tmp/launch"
	run -0 env VA_LIMIT=1G-2G GUEST_WINDOW=0x40000000-0x80000000 GUEST_FENCED=1 \
		LD_PRELOAD="$VALIMIT_LIB" "$tmp/launch" "$GUEST/mallocs" mallocs
	run -0 env VA_LIMIT=1G-2G LD_PRELOAD="$VALIMIT_LIB" "$tmp/launch" "$GUEST/where" where
	lies_inside 32bit <<<"$output"
	grep large <<<"$output" | lies_inside 0x40000000-0x80000000
}

@test "a child that is executed has reach process" {
	run -0 whole 32bit sh -c "$VACTL ps --raw -n -o PID,REACH | grep -w \$\$; exec sh -c 'echo now; $VACTL ps --raw -n -o PID,REACH | grep -w '\$\$"
	[[ ${lines[0]} == *whole ]]
	[[ ${lines[2]} == *process ]]
}

@test "a sealed fence refuses whatever would break it, everywhere" {
	need gcc
	kernel_at_least 6.10
	compile break -static <<<'#define _GNU_SOURCE
	#include <errno.h>
	#include <stdio.h>
	#include <string.h>
	#include <sys/mman.h>
	static int refused(void *at) {
		if (mmap(at, 4096, 3, MAP_FIXED | MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED ||
		    errno != EPERM) return 0;
		if (munmap(at, 4096) == 0 || errno != EPERM) return 0;
		return mprotect(at, 4096, 3) != 0 && errno == EPERM;
	}
	int main(void) {
		static unsigned long start[99], end[99];
		char line[512], perms[5];
		FILE *f = fopen("/proc/self/maps", "r");
		int n = 0, tried = 0;
		while (fgets(line, sizeof(line), f)) {
			sscanf(line, "%lx-%lx %4s", &start[n], &end[n], perms);
			n += strcmp(perms, "---p") == 0 && end[n] > 0x100000000;
		}
		for (int i = 0; i < n; i++, tried++) {
			char *first = (char *)(start[i] < 0x100000000 ? 0x100000000 : start[i]);
			if (!refused(first) || !refused((char *)end[i] - 4096)) return 1;
		}
		return tried ? 0 : 2; }' || skip "no static libc"
	run -0 launched 32bit --fence sealed -- "$tmp/break"
	run -1 launched 32bit --fence on -- "$tmp/break"
}

# For the library's own munmap a fence is not mapped.
@test "a sealed fence stands when the library is asked to unmap it" {
	kernel_at_least 6.10
	run -0 launched 32bit --fence sealed -- "$GUEST/calls" \
		'mmap 0x500000000 64K rw fixed -> EPERM' 'mprotect 0x500000000 64K rw -> ENOMEM' 'raw.mprotect 0x500000000 64K rw -> EPERM' \
		'raw.munmap 0x500000000 64K -> EPERM' 'munmap 0x500000000 64K -> 0' \
		'raw.mmap 0x500000000 64K rw noreplace -> EEXIST'
}

# There it is a mapping by itself: the kernel does not merge a sealed one with one that is not.
@test "what is kept back of the window's top is given up, under a sealed fence too" {
	kernel_at_least 6.10
	for fence in on sealed; do
		whole 32bit VA_LIMIT_FENCE=$fence VA_LIMIT_SEED=1 calls \
			"raw.mmap upper-$PAGE $PAGE rw noreplace -> EEXIST" \
			"mmap upper-$PAGE $PAGE rw noreplace -> upper-$PAGE" || fail "$fence"
	done
}
