#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# The cost of a program's start with the library and its fence: system calls, each with its
# reason in lib/README.md, and instructions.

bats_require_minimum_version 1.7.0
load helpers

# The system calls of a program with the library that it does not make with an empty one, one a
# line.
calls_of_start() {
	local with=$BATS_TEST_TMPDIR/with without=$BATS_TEST_TMPDIR/without

	cc -shared -fPIC -o "$BATS_TEST_TMPDIR/empty.so" "$SRCDIR/tests/bench/empty.c"
	strace -qq -o "$without" -E LD_PRELOAD="$BATS_TEST_TMPDIR/empty.so" "$1"
	strace -qq -o "$with" -E LD_PRELOAD="$VALIMIT_LIB" -E VA_LIMIT=4G-8G "$1"
	diff <(sed 's/(.*//' "$without" | sort) <(sed 's/(.*//' "$with" | sort) | sed -n 's/^> //p'
}

# The table's rows: call and number.
table() {
	sed -n '/^| system call /,/^$/s/^| `\([a-z0-9_]*\)`[^|]*| *\([0-9]*\).*/\1 \2/p' \
		"$SRCDIR/lib/README.md"
}

# The numbers are those of the kernel and the libc that the table was made with.
usual() {
	need strace
	need cc
	strace -qq -o /dev/null true || skip "may not trace"
	[ "$(uname -m)" = x86_64 ] || skip "the table is x86-64's"
	case $(getconf GNU_LIBC_VERSION) in
	"glibc 2.3"[4-9] | "glibc 2.4"*) ;;
	*) skip "another C library" ;;
	esac
}

@test "each system call of the start is in the table of lib/README.md, and no other" {
	usual
	run -0 calls_of_start /bin/true
	run -0 diff <(sort -u <<<"$output") <(table | cut -d' ' -f1 | sort -u)
}

@test "the start makes no more system calls than the table says" {
	usual
	calls_of_start /bin/true >"$BATS_TEST_TMPDIR/calls"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/calls")" -le "$(table | awk '{ sum += $2 } END { print sum }')" ]
}

@test "the kernel's list is read once" {
	usual
	strace -qq -o "$BATS_TEST_TMPDIR/all" -e trace=openat -E LD_PRELOAD="$VALIMIT_LIB" \
		-E VA_LIMIT=4G-8G /bin/true
	[ "$(grep -c '/maps"' "$BATS_TEST_TMPDIR/all")" -eq 1 ]
	! grep -E '"/proc/(sys|self/status)' "$BATS_TEST_TMPDIR/all"
}

# The work of ld.so for the library is part of it.
@test "a start takes at most 90,000 instructions more with the library and its fence" {
	local with without

	usual
	[ "$(getconf GNU_LIBC_VERSION)" = "glibc 2.36" ] || skip "the figure is glibc 2.36's"
	without=$(env -i "$BUILDDIR/tests/bench/steps" /bin/true) || skip "may not trace"
	with=$(env -i LD_PRELOAD="$VALIMIT_LIB" VA_LIMIT=4G-8G "$BUILDDIR/tests/bench/steps" /bin/true)
	echo "$((with - without)) instructions"
	[ $((with - without)) -gt 10000 ]
	[ $((with - without)) -le 90000 ]
}
