#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# Debuggers, tracers and containers of programs that become whole.

load exec.bash

# A program with a function to stop in.
write_program() {
	need gcc
	gcc -g -O0 "$@" -o program -xc - <<'END'
#include <stdio.h>
int twice(int n) { return 2 * n; }
int main(int n, char **word) { (void)word; printf("%d\n", twice(20 + n)); return 0; }
END
}

# debug ARGUMENT...: gdb stops in twice(), inside the window, and goes on.
debug() {
	run -0 timeout 120 "${AS[@]}" gdb -nx -batch -ex 'set breakpoint pending on' -ex 'set confirm off' "${FIRST[@]}" \
		-ex "source $SRCDIR/tools/gdb/valimit.py" -ex 'break twice' -ex valimit-run -ex bt \
		-ex 'print $pc < 0x100000000' -ex 'print $sp < 0x100000000' -ex continue "$@"
	[[ $output == *"Breakpoint 1, twice (n=21)"*" in main "*'$1 = 1'*'$2 = 1'*42* ]] || fail "$output"
	[[ $output == *"exited normally"* ]] || fail "$output"
}

@test "gdb stops at a breakpoint that was set before the program was started" {
	need gdb
	for how in -pie -no-pie; do
		write_program $how
		debug --args "$VACTL" run --window 32bit -- ./program
		debug --args env VA_LIMIT=32bit VA_LIMIT_REACH=whole LD_PRELOAD="$VALIMIT_LIB" ./program
		FIRST=(-ex "set exec-wrapper env VA_LIMIT=32bit VA_LIMIT_REACH=whole LD_PRELOAD=$VALIMIT_LIB")
		debug ./program
		FIRST=()
	done
}

# The kernel starts the launcher there, where gdb counts on the program.
@test "gdb does so where vactl run --children has started gdb itself" {
	need gdb
	"$VACTL" run --window 32bit --children -- true || skip "no --children here"
	for how in -pie -no-pie; do
		write_program $how
		AS=("$VACTL" run --window 32bit --children --)
		debug --args ./program
		AS=()
		debug --args "$VACTL" run --window 32bit --children -- ./program
	done
}

@test "gdb does so for a static program, and for a user without rights" {
	need gdb
	write_program -static || skip "no static libc"
	debug --args "$VACTL" run --window 32bit -- ./program
	[ "$(id -u)" -eq 0 ] || return 0
	launch_folder
	cp "$(realpath "$VALIMIT_LIB")" "$folder/libvalimit.so"
	write_program
	cp program "$folder"
	cd "$folder"
	AS=(setpriv --reuid=65534 --regid=65534 --clear-groups)
	debug --args env VACTL_LAUNCHER="$folder/launch" VA_LIMIT=32bit VA_LIMIT_REACH=whole \
		LD_PRELOAD="$folder/libvalimit.so" ./program
	rm -rf "$folder"
}

# /proc/PID/exe names the launcher to them.
@test "gdb that a user without rights attaches with gets symbols by valimit-symbols" {
	need gdb
	launch_folder
	cp "$(realpath "$VALIMIT_LIB")" "$folder/libvalimit.so"
	gcc -g -O0 -o "$folder/program" -xc - <<-'END'
		#include <stdio.h>
		int wait_below(int n) { return n ? wait_below(n - 1) + 1 : puts("ready") + fflush(stdout) + getchar(); }
		int main(void) { return wait_below(2); }
	END
	[ "$(id -u)" -ne 0 ] || AS=(setpriv --reuid=65534 --regid=65534 --clear-groups)
	mkfifo in
	exec 9<>in
	"${AS[@]}" env VACTL_LAUNCHER="$folder/launch" VA_LIMIT=32bit VA_LIMIT_REACH=whole VA_LIMIT_INSPECT=any \
		LD_PRELOAD="$folder/libvalimit.so" "$folder/program" <in >out 3>&- 9>&- &
	target=$!
	until grep -q ready out; do
		kill -0 $target
		sleep 0.05
	done
	run timeout 120 "${AS[@]}" gdb -nx -batch -p $target -x "$SRCDIR/tools/gdb/valimit.py" \
		-ex valimit-symbols -ex bt
	kill $target
	rm -rf "$folder"
	[[ $output == *"wait_below (n=0)"*"wait_below (n=2)"*"main ()"* ]] || fail "$output"
	run gdb -nx -batch -x "$SRCDIR/tools/gdb/valimit.py" -ex valimit-symbols
	[[ $output == *"There is no program; attach to one first."* ]]
}

@test "gdb's run stops with reach process" {
	need gdb
	write_program
	run -0 timeout 120 gdb -nx -batch -ex 'set breakpoint pending on' -ex 'break twice' -ex run -ex bt \
		--args env VA_LIMIT=32bit VA_LIMIT_REACH=process LD_PRELOAD="$VALIMIT_LIB" ./program
	[[ $output == *"Breakpoint 1, twice (n=21)"* ]] || fail "$output"
}

@test "strace -f follows a program that becomes whole, and what it executes" {
	need strace
	strace -f -qq -o trace true || skip "may not trace"
	run -0 strace -f -qq -e trace=execve -o trace env VA_LIMIT=32bit VA_LIMIT_REACH=whole \
		LD_PRELOAD="$VALIMIT_LIB" sh -c 'echo one; echo two | cat'
	[ "$output" = $'one\ntwo' ]
	grep -q "execve(\"$LAUNCH\", \\[\"valimit-launch\", \"/[a-z/]*/cat\", \"cat\"\\]" trace || fail "$(cat trace)"
}

# ltrace takes the launcher for the program, which calls no library; attached, it does not.
@test "ltrace sees the calls of a program with reach process, and of a whole one it attaches to" {
	need ltrace
	need gcc
	gcc -O0 -fno-builtin -o waits -xc - <<-'END'
		#include <stdio.h>
		#include <stdlib.h>
		#include <unistd.h>
		int main(int n, char **w) { (void)w; puts("ready"); fflush(stdout);
			do { usleep(20000); free(malloc(10)); } while (n > 1); return 0; }
	END
	ltrace -o plain ./waits && grep -q '^puts("ready")' plain || skip "ltrace does not run here"
	run -0 env VA_LIMIT=32bit LD_PRELOAD="$VALIMIT_LIB" ltrace -o process ./waits
	grep -q '^puts("ready")' process || fail "$(cat process)"
	run -0 whole 32bit ltrace -o whole ./waits
	[ "$output" = ready ]
	env VA_LIMIT=32bit VA_LIMIT_REACH=whole LD_PRELOAD="$VALIMIT_LIB" ./waits on >out 3>&- &
	target=$!
	until grep -q ready out; do kill -0 $target; sleep 0.05; done
	timeout -s INT 2 ltrace -o attached -p $target || true
	kill $target
	grep -q 'malloc(10)' attached || fail "$(cat attached)"
}

@test "perf finds the functions of a whole program" {
	need perf
	need gcc
	gcc -O0 -o busy -xc - <<<'volatile long s; void spin(void) { for (long i = 0; i < 100000000; i++) s += i; }
	int main(void) { spin(); return 0; }'
	perf record -q -e cpu-clock -o plain ./busy || skip "perf does not run here"
	for reach in process whole; do
		run -0 env VA_LIMIT=32bit VA_LIMIT_REACH=$reach LD_PRELOAD="$VALIMIT_LIB" perf record -q -e cpu-clock -o data ./busy
		perf report -i data --stdio --sort comm,dso,sym 2>/dev/null | grep -qE 'busy +busy +\[\.\] spin' || fail "$reach"
	done
}

@test "rr records and replays a whole program" {
	need rr
	need gcc
	gcc -o three -xc - <<<'int main(void) { return 3; }'
	_RR_TRACE_DIR="$tmp/plain" rr record -n ./three >said 2>&1 || [ $? -eq 3 ] || skip "rr does not run here: it needs counters of the processor"
	run -3 env _RR_TRACE_DIR="$tmp/rr" rr record -n "$VACTL" run --window 32bit -- ./three
	run -3 env _RR_TRACE_DIR="$tmp/rr" rr replay -a
}

# With valgrind there is no fence, and one line says why.
under_valgrind() {
	run -0 --separate-stderr timeout 120 "$@"
	[ "$output" = 42 ] || fail "$output $stderr"
	[ "${#stderr_lines[@]}" -eq 1 ] || fail "$stderr"
	[[ $stderr == "valimit: no fence"*valgrind*VA_LIMIT_REACH=calls* ]] || fail "$stderr"
}

@test "under valgrind the reach is calls, and is said to be" {
	need valgrind
	write_program
	valgrind -q ./program >/dev/null || skip "valgrind does not run here"
	for window in 32bit 0x100000000-0x400000000000; do
		under_valgrind "$VACTL" run --window $window -- valgrind -q ./program
		under_valgrind env VA_LIMIT=$window VA_LIMIT_REACH=whole LD_PRELOAD="$VALIMIT_LIB" valgrind -q ./program
		under_valgrind env VA_LIMIT=$window LD_PRELOAD="$VALIMIT_LIB" valgrind -q ./program
	done
	run -0 --separate-stderr env VA_LIMIT=32bit VA_LIMIT_REACH=calls LD_PRELOAD="$VALIMIT_LIB" valgrind -q ./program
	[ "$output" = 42 ] && [ -z "$stderr" ]
}

@test "memcheck finds nothing in the library" {
	need valgrind
	valgrind -q "$GUEST/calls" >/dev/null || skip "valgrind does not run here"
	for window in 32bit 47bit 0x400000000000-0x10000; do
		for reach in calls process; do
			timeout 120 env VA_LIMIT=$window VA_LIMIT_REACH=$reach LD_PRELOAD="$VALIMIT_LIB" \
				valgrind -q --error-exitcode=77 "$GUEST/calls" 'a=mmap 0 64K -> ok' 'b=mremap a 64K 1M maymove -> ok' \
				'g=mmap 0 64K rw growsdown -> ok' 's=shmget 64K -> ok' 't=shmat s 0 -> ok' 'shmdt t -> 0' \
				'mmap b 64K rw fixed -> b' 'mprotect b 64K r -> 0' 'getlimit as' 'munmap b 1M -> 0' \
				'limit stack 16M -> 0' >out 2>err || fail "$window, $reach: $(cat out err)"
		done
	done
}

# Below 128 GiB, where valgrind has the program's stack: above, memcheck keeps a word for
# each 64 KiB that is mapped.
@test "7: under memcheck placement stays out of the stack's guard gap, and deep recursion works" {
	need valgrind
	valgrind -q "$GUEST/calls" >/dev/null || skip "valgrind does not run here"
	for window in 0x1fe0000000-0x2000000000 0x1800000000-0x2000000000; do
		run -0 timeout 120 env VA_LIMIT=$window VA_LIMIT_REACH=calls GUEST_WINDOW=$window LD_PRELOAD="$VALIMIT_LIB" \
			valgrind -q --error-exitcode=77 "$GUEST/stackguard" main
		[[ $output == *"frames 120" ]] || fail "$window: $output"
	done
}

@test "a launcher that valgrind runs says so, and not what is wrong with the layout" {
	need valgrind
	run -125 --separate-stderr valgrind -q --trace-children=yes "$VACTL" run --window 47bit -- true
	[[ $stderr == "vactl: run: the launcher cannot work under valgrind"*"--reach calls" ]]
}

# As Steam's runtime, pressure-vessel and flatpak start programs: in user and mount
# namespaces of bwrap's, the environment passed on.
@test "what bwrap starts is as whole as the files in its container let it be" {
	need bwrap
	need python3
	contain=(bwrap --ro-bind / / --dev /dev --proc /proc)
	"${contain[@]}" true || skip "no container can be made here"
	below=("$(python_path)" "$SRCDIR/tests/guest/below.py")
	run -0 "$VACTL" run --window 32bit -- "${contain[@]}" "${below[@]}" whole
	[ -z "$output" ] || fail "$output"

	mkdir files files/launch
	cp "$(realpath "$VALIMIT_LIB")" files/libvalimit.so
	cp "$LAUNCH" files/launch/launch
	export VACTL_LIBRARY=$tmp/files/libvalimit.so VACTL_LAUNCHER=$tmp/files/launch/launch
	run -0 "$VACTL" run --window 32bit -- "${contain[@]}" --tmpfs "$tmp/files/launch" "${below[@]}" process
	[[ $output == *"reach process and not whole: cannot start the launcher"* ]] || fail "$output"
	run -1 "$VACTL" run --window 32bit -- "${contain[@]}" --tmpfs "$tmp/files/launch" "${below[@]}" whole
	[[ $output == *"[stack] is at"* ]] || fail "$output"
	run -1 "$VACTL" run --window 32bit -- "${contain[@]}" --tmpfs "$tmp/files" "${below[@]}" calls
	[[ $output == *"cannot be preloaded"*"a page of mmap is at"* ]] || fail "$output"
}

@test "with --children bwrap may pass no environment on" {
	need bwrap
	need python3
	contain=(bwrap --ro-bind / / --dev /dev --proc /proc --clearenv)
	"${contain[@]}" true || skip "no container can be made here"
	"$VACTL" run --window 32bit --children true || skip "children cannot be confined here"
	below=("$(python_path)" "$SRCDIR/tests/guest/below.py")
	run -0 "$VACTL" run --window 32bit --children -- "${contain[@]}" "${below[@]}" whole
	run -1 "$VACTL" run --window 32bit -- "${contain[@]}" "${below[@]}" calls
}
