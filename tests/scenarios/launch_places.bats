#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# Where the launcher places things: as random as the kernel, and at the kernel's own
# places where the window holds them.

load launch.bash

# The window holds the kernel's own places of programs, stacks and libraries.
case $(uname -m) in
x86_64) KERNELS=47bit ;;
*) KERNELS=0x1000000-0xffffffffffffffff ;;
esac

# So many starts show the randomness of a place.
STARTS=200

# The places of all starts, each in a line.
places() { # STARTS COMMAND...
	for ((i = 0; i < $1; i++)); do
		"${@:2}" | tr '\n' ' '
		echo
	done
}

# Python that has the places of $tmp/kernel and $tmp/here, a dict a start.
judge() { # ARGUMENT...
	cat >"$tmp/judge" - /dev/fd/3 3<&0 <<-'END'
		import math, os, sys
		PAGE = os.sysconf('SC_PAGE_SIZE')
		def runs(path):
		    for words in map(str.split, open(path)):
		        yield dict(zip(words[::2], (int(word, 16) for word in words[1::2])))
		kernel, here = (list(runs(f'{sys.argv[1]}/{name}')) for name in ('kernel', 'here'))
	END
	python3 "$tmp/judge" "$tmp" "$@"
}

@test "every place has the kernel's bits of randomness, or as many as the window has room for" {
	need python3
	places $STARTS "$GUEST/where" >"$tmp/kernel"
	for window in $KERNELS 32bit 0x100000000-0x400000000000; do
		for reach in calls process whole; do
			places $STARTS launched $window --reach $reach -- "$GUEST/where" >"$tmp/here"
			judge "$(bounds $window)" $reach <<-'END' || fail "$window $reach"
				what = {
				    'stack': lambda run: run['words'] // PAGE,
				    'libc': lambda run: run['printf'] // PAGE,
				    'program': lambda run: run['main'] // PAGE,
				    'heap behind program': lambda run: (run['break'] - run['main']) // PAGE,
				    'vdso': lambda run: run['vdso'] // PAGE,
				}
				# A factor that all values share does not count.
				def bits(values):
				    step = math.gcd(*(value - values[0] for value in values))
				    return math.log2((max(values) - min(values)) // step + 1) if step else 0
				lower, upper = (int(bound, 16) for bound in sys.argv[2].split('-'))
				for name, value in what.items():
				    fraction = 32 if name in ('program', 'heap behind program') else 256
				    room = math.log2((upper - lower) // fraction // PAGE)
				    native, ours = (bits([value(run) for run in them]) for them in (kernel, here))
				    print(f'{name}: kernel {native:.1f} bits, here {ours:.1f}, room for {room:.1f}')
				    assert ours > (native if sys.argv[3] != 'whole' else min(native, room)) - 1
				native, ours = (len({run['local'] % 4096 for run in them}) for them in (kernel, here))
				print(f'lowest 12 bits of the stack pointer: kernel {native} values, here {ours}')
				assert ours > native * 3 / 4
			END
		done
	done
}

# Not further away from those that the kernel has chosen than those are from each other.
@test "in a window that holds the kernel's own places the launcher takes them" {
	need python3
	need gcc
	compile static -static-pie <"$SRCDIR/tests/guest/where.c" || skip "no static PIE"
	for program in "$GUEST/where" "$tmp/static"; do
		places 20 "$program" >"$tmp/kernel"
		for window in $KERNELS 0x10000000-0xffffffffffffffff; do
			places 20 launched $window -- "$program" >"$tmp/here"
			judge <<-'END' || fail "$window $program"
				for name in 'main', 'printf', 'local', 'break', 'vdso', 'large', 'words':
				    known, ours = ([run[name] for run in them] for them in (kernel, here))
				    room = max(known) - min(known)
				    print(f'{name}: kernel {min(known):x}-{max(known):x}, here {min(ours):x}-{max(ours):x}')
				    assert min(known) - room <= min(ours) and max(ours) <= max(known) + room
			END
		done
	done
}

# --- sanitizers ---------------------------------------------------------------

# Each of them wants shadow memory at addresses of its own; the program prints "done".
sanitized() { # SANITIZER COMPILER...
	local sanitizer=$1
	shift
	need "$1"
	"$@" -xc -fsanitize="$sanitizer" -o "$tmp/sanitized" - <<-'END' || skip "$1 has no $sanitizer sanitizer"
		#include <pthread.h>
		#include <stdio.h>
		#include <stdlib.h>
		static void *work(void *ignored)
		{
			for (int i = 0; i < 1000; i++) {
				char *block = malloc(1000 + i);
				block[0] = 1;
				free(block);
			}
			return ignored;
		}
		int main(void)
		{
			pthread_t thread[2];
			for (int i = 0; i < 2; i++)
				pthread_create(&thread[i], NULL, work, NULL);
			for (int i = 0; i < 2; i++)
				pthread_join(thread[i], NULL);
			return puts("done") < 0;
		}
	END
	"$tmp/sanitized" >/dev/null || skip "the $sanitizer sanitizer does not run here"
	# A preloaded library comes before the sanitizer's.
	export ASAN_OPTIONS=verify_asan_link_order=0
	for i in {1..10}; do
		run -0 launched $KERNELS -- "$tmp/sanitized"
		[ "$output" = done ] || fail "start $i" "$output"
	done
}

@test "AddressSanitizer's programs run whole where the window holds their shadow" {
	sanitized address gcc
}

@test "ThreadSanitizer's programs run whole where the window holds their shadow" {
	sanitized thread gcc
}

@test "MemorySanitizer's programs run whole where the window holds their shadow" {
	sanitized memory clang
}

# Without tags that the processor ignores: each block is mapped at several addresses.
@test "HWAddressSanitizer's programs run whole where the window holds their aliases" {
	sanitized hwaddress clang -fsanitize-hwaddress-experimental-aliasing
}

# ThreadSanitizer's shadow, in a program whose runtime makes its own system calls.
@test "programs with Go's race detector run whole where the window holds its shadow" {
	need go
	need gcc
	cat >"$tmp/raced.go" <<-'END'
		package main

		import "sync"

		func main() {
			var all sync.WaitGroup
			for i := 0; i < 20; i++ {
				all.Add(1)
				go func(i int) { block := make([]byte, 1<<20); block[i] = 1; all.Done() }(i)
			}
			all.Wait()
			println("done")
		}
	END
	GOCACHE=$tmp/cache GO111MODULE=off CGO_ENABLED=1 CC=gcc go build -race -o "$tmp/raced" "$tmp/raced.go" ||
		skip "no race detector is installed"
	"$tmp/raced" || skip "the race detector does not run here"
	for i in {1..10}; do
		run -0 launched $KERNELS -- "$tmp/raced"
		[ "$output" = done ] || fail "start $i" "$output"
	done
}

# CUDA's at 8 GiB, PartitionAlloc's pools of 16 GiB, V8's cage out of twice its size.
@test "runtimes' reservations of certain and of aligned addresses are had where the window holds them" {
	for i in {1..10}; do
		GUEST_WINDOW=$(bounds $KERNELS) run -0 launched $KERNELS -- "$GUEST/calls" \
			'd=mmap 0x200000000 8G none noreplace,noreserve -> 0x200000000' \
			'mmap d 8G none noreserve -> inside' 'mmap d+4G 1G rw fixed,noreserve -> d+4G' \
			'mprotect d 64K rw -> 0' 'fill d 64K 3' 'has d 64K 3 -> yes' \
			'mmap 0x140000000000 32G none noreserve -> 0x140000000000' \
			'mmap 0x10000000000 512G none noreplace,noreserve -> 0x10000000000' \
			'c=mmap 0x37e900000000 8G none noreserve -> 0x37e900000000' 'munmap c+4G 4G -> 0' \
			'mmap c+4G 4G none noreserve -> c+4G'
	done
}

# clang links the runtime into the program, whose functions come before libc's and do not
# work before the program's own constructors have run.
@test "a sanitizer's functions in the program itself are not needed before they work" {
	for sanitizer in address thread; do
		sanitized $sanitizer clang
		for reach in calls process; do
			run -0 launched $KERNELS --reach $reach --trace "$tmp/trace.%p" -- "$tmp/sanitized"
			[ "$output" = done ]
		done
		run -0 launched $KERNELS --trace "$tmp/whole" --report "$tmp/report" \
			--host 'libm.so*' -- "$tmp/sanitized"
		[ "$output" = done ]
		grep -q '^+++ ' "$tmp/whole"
	done
}
