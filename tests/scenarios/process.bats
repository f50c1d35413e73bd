#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# Threads, signal handlers, forks and exec.

load helpers

@test "33: threads that map, remap and unmap at once do not clobber each other" {
	for threads in 4 16; do
		run both $WINDOW race $threads 2
		[ "$status" -eq 0 ] || fail "$output"
		# The window has room for all.
		refute grep -v ' refused 0$' <<<"$output"
	done
}

@test "33: and neither in a small window, which they fill" {
	confined 0x200000000-0x200800000 race 16 2
	fenced $SMALL race 3 2
}

@test "34: a handler that maps while it interrupts a map" {
	both $WINDOW sighandler 2
}

@test "35: fork, raw clone, vfork and posix_spawn while threads map" {
	both $WINDOW forks 40
}

@test "35: a forked child has its parent's mappings in its table" {
	both $WINDOW sh -c "exec \"$GUEST/calls\" 'a=mmap 0 64K -> inside' 'mmap a 64K rw noreplace -> EEXIST'"
	both 32bit bash -c 'x=$(printf "%010000d" 0); for i in 1 2 3; do ( : "$x$x$x" | cat | cat ); done'
}

@test "35: what a child is not to have leaves no hole in its fence" {
	everywhere $WINDOW uncopied
}

# The files that the children of a fork open, under a fence.
opened_by_child() { # GUEST [ARGUMENT]
	strace -f -e trace=openat,clone,fork -o "$BATS_TEST_TMPDIR/trace" env VA_LIMIT=$WINDOW \
		LD_PRELOAD="$VALIMIT_LIB" GUEST_WINDOW=$WINDOW "$GUEST/$1" "${@:2}" || return
	awk '!first { first = $1 } $1 != first' "$BATS_TEST_TMPDIR/trace"
}

@test "35: a fork beside mappings outside reads the kernel's list only if not all was copied" {
	strace -o /dev/null true || skip "may not trace"
	output=$(opened_by_child uncopied all)
	grep -q 'exited with 0' <<<"$output"
	refute grep /proc/self/maps <<<"$output"
	output=$(opened_by_child uncopied)
	grep /proc/self/maps <<<"$output"
}

@test "36: exec carries the window to the child" {
	both $WINDOW sh -c "\"$GUEST/calls\" 'mmap 0 4K -> inside' && exec \"$GUEST/calls\" 'mmap 0 4K -> inside'"
	fenced $WINDOW sh -c "exec \"$GUEST/calls\" 'raw.mmap 0 4K -> inside'"
}

@test "36: a child without the environment is not confined" {
	fenced $WINDOW env -i "$GUEST/calls" 'a=mmap 0 4K -> ok' 'mmap 0x500000000 4K -> 0x500000000'
}

@test "syscall() is confined for memory calls, like the functions" {
	both $WINDOW calls 'a=sys.mmap 0 64K -> inside' 'b=sys.mremap a 64K 1M maymove -> inside' \
		'sys.munmap b 1M -> 0' '64.mmap 0 64K -> inside' 'id=shmget 64K -> ok' 'c=sys.shmat id 0 -> inside' \
		'sys.shmdt c -> 0' 'sys.mmap 0 0 -> EINVAL' 'sys.munmap 0 0 -> EINVAL'
}

@test "syscall() passes all other numbers on, with six arguments" {
	plain $WINDOW sysfn
	both $WINDOW sysfn
}

@test "the window's program keeps its exit status and its signals" {
	status=0
	fenced $WINDOW sh -c 'exit 42' || status=$?
	[ "$status" -eq 42 ]
	status=0
	fenced $WINDOW sh -c 'kill -SEGV $$' || status=$?
	[ "$status" -eq 139 ]
}

# Of libraries that ask to be the first only one is served; IFUNC resolvers run
# before all of them.
@test "a call before the library's own constructor is confined, or found later" {
	need cc
	cat >"$BATS_TEST_TMPDIR/early.c" <<-'END'
		#include <fcntl.h>
		#include <limits.h>
		#include <pthread.h>
		#include <stdbool.h>
		#include <stdint.h>
		#include <stdio.h>
		#include <stdlib.h>
		#include <string.h>
		#include <sys/mman.h>
		#include <unistd.h>
		extern char **environ;
		static void *map(void)
		{
			return mmap(NULL, 65536, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		}
		#ifdef RESOLVER
		static char *resolved;
		static int one(void) { return 1; }
		static int (*resolve(void))(void) { resolved = map(); return one; }
		int function(void) __attribute__((ifunc("resolve")));
		int main(void)
		{
			char *late = map();

			memset(resolved, function(), 65536);
			memset(late, 2, 65536);
			if (resolved == MAP_FAILED || (uintptr_t)late >> 30 != 8 || resolved[65535] != 1)
				return 1;
			return munmap(resolved, 65536) || munmap(late, 65536);
		}
		#else
		static void *first(void *barrier)
		{
			pthread_barrier_wait(barrier);
			return map();
		}
		/* Several at once, and one of them begins. */
		static bool threads_are_inside(void)
		{
			pthread_barrier_t barrier;
			pthread_t thread[8];
			bool inside = true;
			void *at;

			pthread_barrier_init(&barrier, NULL, 8);
			for (int i = 0; i < 8; i++)
				pthread_create(&thread[i], NULL, first, &barrier);
			for (int i = 0; i < 8; i++) {
				pthread_join(thread[i], &at);
				inside = inside && (uintptr_t)at >> 30 == 8;
			}
			return inside;
		}
		__attribute__((constructor)) static void early(void)
		{
			bool inside = !getenv("THREADS") || threads_are_inside();
			char path[PATH_MAX], *at = map();
			int fd = open("/dev/null", O_RDONLY), other = openat(AT_FDCWD, "/dev/null", O_RDONLY);

			if (!environ)
				return;
			memset(at, 1, 65536);
			inside = inside && (uintptr_t)at >> 30 == 8;
			printf("%s %s %s\n", inside ? "inside" : "outside",
			       fd >= 0 && other >= 0 ? "opened" : "not opened",
			       realpath("/proc/self/cwd/..", path) ? "found" : "not found");
			close(fd);
			close(other);
		}
		#endif
	END
	cd "$BATS_TEST_TMPDIR"
	"${CC:-cc}" -D_GNU_SOURCE -DRESOLVER -o resolver early.c
	both $WINDOW ./resolver
	"${CC:-cc}" -D_GNU_SOURCE -shared -fPIC -Wl,-z,initfirst -o first.so -x c /dev/null
	"${CC:-cc}" -D_GNU_SOURCE -shared -fPIC -o early.so early.c -lpthread
	for fence in on off; do
		out=$(timeout 20 env VA_LIMIT=$WINDOW VA_LIMIT_FENCE=$fence \
			LD_PRELOAD="$VALIMIT_LIB:$PWD/early.so:$PWD/first.so" true)
		[ "$out" = "inside opened found" ] || fail "fence $fence: $out"
		for round in {1..10}; do
			out=$(timeout 20 env VA_LIMIT=$WINDOW VA_LIMIT_FENCE=$fence THREADS=8 \
				LD_PRELOAD="$VALIMIT_LIB:$PWD/early.so:$PWD/first.so" true)
			[ "$out" = "inside opened found" ] || fail "fence $fence, threads: $out"
		done
	done
}
