#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# The fence: mappings that the library does not see lie in the window too.

load helpers

WINDOWS=(32bit 0x100000000-0x400000000000 0x7f0000000000-0x80000000)

in_each_window() {
	for window in "${WINDOWS[@]}"; do
		fenced "$window" "$@" || fail "in the window $window: $*"
	done
}

@test "malloc of any size lies inside, in the main thread and in others" {
	in_each_window mallocs 4
}

# Grows, fills and shrinks the heap of brk, by malloc's first chunk too. Its argument
# says whether that can be.
compile_breaks() {
	need gcc
	breaks=$BATS_TEST_TMPDIR/breaks
	gcc -xc -D_GNU_SOURCE -o "$breaks" - <<-'END'
		#include <stdio.h>
		#include <stdlib.h>
		#include <string.h>
		#include <unistd.h>
		#define STEP 40000
		#define STEPS 64
		#define CHECK(is) do if (!(is)) return fprintf(stderr, "%s\n", #is), 1; while (0)
		static unsigned long lower, upper;
		static int holds(const char *at)
		{
			unsigned long a = (unsigned long)at;

			return lower < upper ? a >= lower && a < upper : a >= lower || a < upper;
		}
		int main(int argc, char **argv)
		{
			char *chunk = malloc(100), *start = sbrk(0);

			CHECK(sscanf(getenv("GUEST_WINDOW"), "%lx-%lx", &lower, &upper) == 2);
			if (argc == 2 && strcmp(argv[1], "fails") == 0) {
				CHECK(!getenv("GUEST_FENCED") || holds(chunk));
				CHECK(sbrk(4096) == (void *)-1 && sbrk(1 << 20) == (void *)-1);
				return sbrk(0) != start;
			}
			CHECK(chunk < start && start - chunk < 1 << 20);
			CHECK(!getenv("GUEST_FENCED") || (holds(chunk) && holds(start)));
			for (int i = 0; i < STEPS; i++) {
				CHECK(sbrk(STEP) == start + i * STEP);
				memset(start + i * STEP, i, STEP);
			}
			CHECK(!getenv("GUEST_FENCED") || holds((char *)sbrk(0) - 1));
			for (int i = 0; i < STEPS * STEP; i++)
				CHECK(start[i] == i / STEP);
			CHECK(brk(start + STEP) == 0 && sbrk(0) == start + STEP && start[STEP - 1] == 0);
			CHECK(brk(start + 2 * STEP) == 0 && start[2 * STEP - 1] == 0);
			CHECK(brk((void *)-4096) == -1 && sbrk(0) == start + 2 * STEP);
			CHECK(sbrk(-2 * STEP) == start + 2 * STEP && sbrk(0) == start);
			return 0;
		}
	END
}

# As without limits, in each window and reach; in WINDOWs more as well.
in_every_reach() { # PROGRAM [WINDOW...]
	local program=$1 window place

	shift
	plain $WINDOW "$program"
	for window in "${WINDOWS[@]}" $WINDOW map32 "$@"; do
		confined "$window" "$program" || fail "$window calls"
		for place in $PLACES; do
			fenced "$window" VA_LIMIT_PLACE=$place "$program" || fail "$window $place"
		done
		[ ! -x "$BUILDDIR/tools/launch/launch" ] ||
			fenced "$window" "$VACTL" run -- "$program" || fail "$window whole"
	done
}

@test "44: brk and sbrk work in every reach, under a fence inside the window" {
	compile_breaks
	in_every_reach "$breaks" $SMALL
}

# A mapping where the heap is to grow stops it, the heap's memory is in the way of other
# mappings, and a part of it with other rights is no obstacle.
compile_meets() {
	need gcc
	meets=$BATS_TEST_TMPDIR/meets
	gcc -xc -D_GNU_SOURCE -o "$meets" - <<-'END'
		#include <errno.h>
		#include <stdio.h>
		#include <string.h>
		#include <sys/mman.h>
		#include <sys/shm.h>
		#include <unistd.h>
		#define CHECK(is) do if (!(is)) return fprintf(stderr, "%s\n", #is), 1; while (0)
		static size_t page;
		static int heap_ends(char *at) { return brk(at) == 0 && sbrk(0) == at; }
		static int heap_stops(char *at) { return brk(at) == -1 && errno == ENOMEM && sbrk(0) != at; }
		static char *map(char *at, int flags)
		{
			return mmap(at, page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);
		}
		int main(void)
		{
			int segment = shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600);
			page = (size_t)sysconf(_SC_PAGESIZE);
			char *heap = sbrk(0);
			heap += -(unsigned long)heap & (page - 1);
			void *in_heap;

			CHECK(heap_ends(heap) && segment >= 0);
			CHECK(map(heap + 16 * page, MAP_FIXED_NOREPLACE) == heap + 16 * page);
			strcpy(heap + 16 * page, "mapped");
			CHECK(heap_ends(heap + 15 * page) && heap_stops(heap + 17 * page));
			memset(heap, 1, 15 * page);
			CHECK(strcmp(heap + 16 * page, "mapped") == 0 && msync(heap + 16 * page, page, MS_ASYNC) == 0);
			CHECK(munmap(heap + 16 * page, page) == 0 && heap_ends(heap + 32 * page));
			CHECK(heap[15 * page - 1] == 1 && heap[32 * page - 1] == 0);

			CHECK(shmat(segment, heap + 48 * page, 0) == heap + 48 * page);
			CHECK(heap_stops(heap + 64 * page) && shmdt(heap + 48 * page) == 0);
			CHECK(heap_ends(heap + 64 * page));
			in_heap = shmat(segment, heap + 8 * page, 0);
			CHECK(in_heap == (void *)-1 && errno == EINVAL && heap[8 * page] == 1);
			CHECK(map(heap + 8 * page, MAP_FIXED_NOREPLACE) == MAP_FAILED && errno == EEXIST);
			CHECK(shmctl(segment, IPC_RMID, NULL) == 0);

			CHECK(mprotect(heap + 8 * page, 2 * page, PROT_READ) == 0);
			CHECK(heap_ends(heap + 9 * page) && heap_ends(heap + 40 * page));
			CHECK(heap[9 * page - 1] == 1 && heap[9 * page] == 0 && heap[0] == 1);
			CHECK(map(heap + 20 * page, MAP_FIXED) == heap + 20 * page);
			heap[20 * page] = 5;
			CHECK(heap_ends(heap + 8 * page) && heap_ends(heap + 40 * page));
			CHECK(heap[20 * page] == 0 && heap[8 * page - 1] == 1 && heap_ends(heap));
			return msync(heap, page, MS_ASYNC) != -1 || errno != ENOMEM;
		}
	END
}

@test "44: what stands where the heap grows stops it, and what the heap has is taken, as in the kernel" {
	compile_meets
	in_every_reach "$meets"
}

@test "44: the heap of brk begins at a random place, unless that is unwanted" {
	need setarch
	places() { for i in 1 2 3 4 5; do fenced 32bit "$@" "$GUEST/where" | grep break; done | sort -u | wc -l; }
	[ "$(places env)" -eq 5 ]
	[ "$(places setarch -R)" -eq 1 ]
	[ "$(places env VA_LIMIT_SEED=3)" -eq 1 ]
}

@test "44: the heap of brk leaves the lowest 64 MiB of a large window to programs linked there" {
	for ((i = 0; i < 20; i++)); do
		at=$(fenced 32bit where | awk '/^break / { print $2 }')
		((at >= 64 << 20)) || fail "the heap begins at $at"
	done
}

@test "44: a heap that the kernel does not let go stays, brk fails, and the trace says so" {
	need python3
	compile_breaks
	# EINVAL, as a kernel without CONFIG_CHECKPOINT_RESTORE has it.
	GUEST_FENCED=1 GUEST_WINDOW=$(bounds $WINDOW) refuse "$(call_number SYS_prctl)" 22 \
		"$(type -P env)" VA_LIMIT=$WINDOW VA_LIMIT_TRACE="$BATS_TEST_TMPDIR/trace" \
		LD_PRELOAD="$VALIMIT_LIB" "$breaks" fails
	grep -q '^+++ .*, fenced, brk fails +++$' "$BATS_TEST_TMPDIR/trace"
	fenced $WINDOW VA_LIMIT_TRACE="$BATS_TEST_TMPDIR/other" "$breaks"
	grep -q '^+++ .*, fenced +++$' "$BATS_TEST_TMPDIR/other"
}

@test "thread stacks, thread-local storage and arenas lie inside" {
	in_each_window threads 32
}

@test "libraries that are loaded later lie inside" {
	in_each_window dlopens libm.so.6 libresolv.so.2
}

@test "raw system calls land inside" {
	in_each_window calls 'raw.mmap 0 64K -> inside' 'raw.mmap 0 128M none -> inside' \
		'raw.mmap 0x500000000000 64K -> inside' 'a=raw.mmap 0 64K -> inside' 'raw.mmap a 16K rw fixed -> a' \
		'raw.mremap a 64K 64M maymove -> inside' 'sys.mmap 0 64K -> inside' 'id=shmget 64K -> ok' \
		'raw.shmat id 0 -> inside'
}

@test "asynchronous I/O rings lie inside" {
	in_each_window iosetup
}

@test "io_uring rings lie inside" {
	plain $WINDOW iouring || skip "no io_uring here"
	in_each_window iouring
}

@test "there is no gap outside into which the kernel could fall back" {
	fenced $SMALL rawfill 64M
	fenced 32bit rawfill 4G
	fenced 0x100000000-0x400000000000 rawfill 64T
	fenced 0x7fff00000000-0x10000000 rawfill 4G
}

@test "a program without room left gets ENOMEM and nothing outside" {
	fenced $SMALL calls 'raw.mmap 0 128M none -> ENOMEM' 'mmap 0 128M none -> ENOMEM' \
		'raw.mmap 0x500000000 128M none -> ENOMEM' 'mremap 0 4K 128M maymove -> !ok'
}

@test "the stack grows to its limit" {
	in_each_window stackgrow
}

@test "the stack grows to a limit that is raised to 64 MiB later, as gcc's cc1 does" {
	in_each_window stackgrow 64M
}

@test "the stack grows where no limit is set" {
	ulimit -s unlimited || skip "the limit is fixed here"
	for window in "${WINDOWS[@]}"; do
		with auto "$window" stackgrow 2>"$BATS_TEST_TMPDIR/err" || fail "$(cat "$BATS_TEST_TMPDIR/err")"
	done
}

@test "the fence is a few mappings" {
	bare=$(plain $WINDOW calls vmas | awk '{ print $2 }')
	ours=$(fenced $WINDOW calls vmas | awk '{ print $2 }')
	[ $((ours - bare)) -le 20 ] || fail "$((bare)) mappings without, $((ours)) with the fence"
}

# The fence's mappings have no access rights, no file, and lie outside.
fence_flags() {
	awk '/^[0-9a-f]+-[0-9a-f]+ / { fence = $2 == "---p" && $5 == 0 && $6 !~ /^\[v/ }
	     /^VmFlags/ && fence { print }' "$1"
}

@test "the fence is left out of core dumps and takes no memory" {
	fenced $WINDOW cat /proc/self/smaps >"$BATS_TEST_TMPDIR/smaps"
	fence_flags "$BATS_TEST_TMPDIR/smaps" >"$BATS_TEST_TMPDIR/flags"
	[ -s "$BATS_TEST_TMPDIR/flags" ]
	refute grep -vw dd "$BATS_TEST_TMPDIR/flags"
}

@test "the fence is on by default, and off when asked" {
	on=$(with auto $WINDOW cat /proc/self/maps | grep -c ' ---p ')
	off=$(with off $WINDOW cat /proc/self/maps | grep -c ' ---p ') || true
	[ "$on" -gt "$((off + 2))" ]
	with auto $WINDOW GUEST_FENCED=1 mallocs 1
}

@test "a sealed fence cannot be broken by a raw call" {
	kernel_at_least 6.10
	run with sealed $WINDOW calls 'raw.munmap upper 1G -> EPERM' 'raw.mmap 0x500000000 64K rw fixed -> EPERM' \
		'mmap 0 64K -> inside' 'raw.mmap 0 64K -> inside'
	[[ $output != *"cannot seal"* ]] || skip "this kernel does not seal"
	[ "$status" -eq 0 ] || fail "$output"
}

@test "no file descriptor stays open" {
	bare=$(plain $WINDOW ls /proc/self/fd)
	[ "$(confined $WINDOW ls /proc/self/fd)" = "$bare" ]
	[ "$(fenced $WINDOW ls /proc/self/fd)" = "$bare" ]
}

@test "the library maps nothing for itself inside the window" {
	for window in 32bit 0x7f0000000000-0x80000000; do
		own=$(confined $window cat /proc/self/maps | grep memfd:valimit)
		GUEST_WINDOW=$(bounds $window) "$GUEST/calls" "inside 0x${own%%-*} page -> no"
	done
}
