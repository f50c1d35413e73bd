#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# Debuggers and tracers find in a launched program the same as in any other.

load launch.bash

# Waits in a function below others, with symbols.
deep() {
	need gcc
	compile deep -g -O0 "$@" <<-'END'
		#include <stdio.h>
		static int deeper(int n) { if (n) return deeper(n - 1) + 1;
			puts("ready"); fflush(stdout); return getchar(); }
		int main(void) { return deeper(3); }
	END
}

@test "gdb attaches to a program and shows its symbols" {
	need gdb
	deep
	for window in 32bit 0x7f0000000000-0x80000000; do
		start "$window" -- "$tmp/deep"
		run timeout 60 gdb -q -nx -batch -ex bt -p "$target" "$tmp/deep"
		[[ $output == *"deeper (n=0)"*"deeper (n=3)"*"main ()"* ]] || fail "$output"
	done
}

@test "gdb attaches to a static program too" {
	need gdb
	deep -static-pie || skip "no static libc"
	start 32bit -- "$tmp/deep"
	run timeout 60 gdb -q -nx -batch -ex bt -p "$target" "$tmp/deep"
	[[ $output == *"deeper (n=0)"*"main ()"* ]] || fail "$output"
}

@test "gcore gives a small file, and gdb reads it" {
	need gcore
	deep
	start 32bit -- "$tmp/deep"
	run -0 timeout 60 gcore -o "$tmp/core" "$target"
	size=$(stat -c %s "$tmp/core.$target")
	((size < 32 << 20)) || fail "$size bytes"
	run timeout 60 gdb -q -nx -batch -ex bt "$tmp/deep" "$tmp/core.$target"
	[[ $output == *"deeper (n=0)"*"main ()"* ]] || fail "$output"
}

@test "the kernel's core is small, and gdb reads it" {
	need gdb
	need gcc
	[[ $(cat /proc/sys/kernel/core_pattern) == core ]] || skip "cores go elsewhere"
	compile crash -g -O0 <<<'int main(void) { return *(volatile int *)8; }'
	cd "$tmp"
	run bash -c 'ulimit -c unlimited; exec "$@"' - "$VACTL" run --window 32bit -- "$tmp/crash"
	[ "$status" -eq 139 ]
	core=$(echo "$tmp"/core*)
	(($(stat -c %b "$core") * 512 < 16 << 20))
	run timeout 60 gdb -q -nx -batch -ex bt "$tmp/crash" "$core"
	[[ $output == *"main ()"* ]] || fail "$output"
}

@test "strace follows from vactl through the launcher into the program" {
	need strace
	run -0 timeout 60 strace -o "$tmp/trace" "$VACTL" run --window 32bit -- "$(type -P cat)" /dev/null
	grep -q 'prctl(PR_SET_NAME, "cat")' "$tmp/trace"
	grep -q 'openat(AT_FDCWD, "/dev/null"' "$tmp/trace"
}

@test "no call of the program is slower by a system call more" {
	need strace
	compile quiet -static <<<'#include <unistd.h>
	int main(void) { return getppid() < 0; }' || skip "no static libc"
	VA_LIMIT=32bit timeout 60 strace -o "$tmp/launched" "$LAUNCH" "$tmp/quiet" quiet
	timeout 60 strace -o "$tmp/plain" "$tmp/quiet"
	# From where the launcher is gone; brk and random numbers differ in values.
	sed -n '/PR_SET_NAME/,$p' "$tmp/launched" | sed '1d; s/(.*//' | grep -v '^close' >"$tmp/a"
	sed '1d; s/(.*//' "$tmp/plain" >"$tmp/b"
	diff "$tmp/a" "$tmp/b"
}

@test "of a program without the library it is not said that nothing confines it" {
	compile still -static <<<'#include <unistd.h>
	int main(void) { return write(1, "ready\n", 6) < 0 || pause(); }' || skip "no static libc"
	start 32bit -- "$tmp/still"
	run --separate-stderr "$VACTL" check "$target"
	[ "$status" -ne 0 ]
	says "PID $target is not confined, or by the launcher's fence alone as static programs are"
	run -0 "$VACTL" stat "$target"
	[ "${lines[1]}" = "not confined, or by the launcher's fence alone" ]
	for command in maps "plot -f $tmp/picture" "watch -c 1"; do
		"$VACTL" $command "$target"
	done
}
