#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# The owner of a call: programs that have the library linked in, dlsym, libraries that come and
# go, the callers that the trace and vactl name, and the cost.

load helpers
load api
load callers

bats_require_minimum_version 1.7.0

# own FLAGS OUTPUT [SOURCE-OPTION]...: a program that has the library linked in.
own() {
	gcc -O2 -I"$SRCDIR/include" $1 "${@:3}" "$SRCDIR/tests/guest/ways/own.c" -o "$2" -L. \
		"$BUILDDIR/libvalimit_interpose.a" "$BUILDDIR/libvalimit.a" ${chain-} -lpthread -ldl
}

own_verdicts() { # RULE PROGRAM
	env VA_LIMIT=$WINDOW "$1" "./$2" | sed 's/.* //' | xargs
}

@test "a program that is linked statically, as a PIE too, by its range" {
	need gcc
	cd "$BATS_TEST_TMPDIR"
	own -static own-static
	own "-static-pie -fPIE" own-pie
	for program in own-static own-pie; do
		[ "$(own_verdicts VA_LIMIT_HOST='own-*' $program)" = 'host host host' ]
		[ "$(own_verdicts VA_LIMIT_GUEST=nothing $program)" = 'host host host' ]
		[ "$(own_verdicts VA_LIMIT_HOST=nothing $program)" = 'guest guest guest' ]
		[ "$(own_verdicts VA_LIMIT_GUEST='own-*' $program)" = 'guest guest guest' ]
	done
}

@test "a program with libraries around that has the library linked in" {
	need gcc
	cd "$BATS_TEST_TMPDIR"
	gcc -O2 -D_GNU_SOURCE -fPIC -shared -o libchain.so "$SRCDIR/tests/guest/ways/chain.c"
	chain="-lchain -Wl,-rpath,$PWD" own '' own-dynamic -DWITH_THUNK
	# The last two are the library's, called and jumped to by the program.
	[ "$(own_verdicts VA_LIMIT_HOST='own-*' own-dynamic)" = 'host host host guest guest' ]
	[ "$(own_verdicts VA_LIMIT_HOST=libchain.so own-dynamic)" = 'guest guest guest host guest' ]
	[ "$(own_verdicts VA_LIMIT_GUEST=libchain.so own-dynamic)" = 'host host host guest guest' ]
}

@test "dlsym's caller is the code that called it" {
	need gcc
	build gcc '' -O2
	cat >next.c <<-'EOF'
		#include <dlfcn.h>
		#include <stdio.h>
		int getpid(void) { return -1; }
		void next(void)
		{
			int (*function)(void) = (int (*)(void))dlsym(RTLD_NEXT, "getpid");

			puts(function() > 0 ? "next" : "own");
		}
	EOF
	cat >first.c <<-'EOF'
		void next(void);
		int main(void)
		{
			next();
			return 0;
		}
	EOF
	gcc -D_GNU_SOURCE -O2 -fPIC -shared -o libnext.so next.c -ldl
	gcc -O2 -o first first.c -L. -lnext -Wl,-rpath,'$ORIGIN'
	[ "$(with on $WINDOW ./first)" = next ]
}

# The program calls a libc of its own, which the library does not see.
@test "a host library in a namespace of dlmopen is a guest, by the fence" {
	need gcc
	build gcc '' -O2
	cat >namespace.c <<-'EOF'
		#include <dlfcn.h>
		#include <stdint.h>
		#include <stdio.h>
		int main(int argc, char **argv)
		{
			void *library = argc == 2 ? dlmopen(LM_ID_NEWLM, argv[1], RTLD_NOW) : NULL;
			void *(*function)(void) = (void *(*)(void))dlsym(library, "hostlib_direct");

			puts((uintptr_t)function() >> 30 == 8 ? "guest" : "host");
			return 0;
		}
	EOF
	gcc -D_GNU_SOURCE -O2 -o namespace namespace.c -ldl
	[ "$(with on $WINDOW VA_LIMIT_HOST='namespace:libhostlib*' ./namespace "$ways/libhostlib.so")" = guest ]
}

# One that takes mmap's address, and is loaded and unloaded, by threads too.
@test "host and guest libraries at one address, bound anew each time" {
	need gcc
	cat >"$BATS_TEST_TMPDIR/thunk.c" <<-'EOF'
		#include <stddef.h>
		#include <sys/mman.h>
		void *(*pointer)(void *, size_t, int, int, int, off_t) = mmap;
		void *thunk_mmap(size_t size)
		{
			char *at = pointer(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
			if (at != MAP_FAILED)
				at[0] = 1;
			return at;
		}
	EOF
	for flags in -O0 -O2 "-O2 -fno-plt -Wl,-z,now"; do
		gcc -D_GNU_SOURCE $flags -fPIC -shared -o "$BATS_TEST_TMPDIR/host-1.so" "$BATS_TEST_TMPDIR/thunk.c"
		cp "$BATS_TEST_TMPDIR/host-1.so" "$BATS_TEST_TMPDIR/guest1.so"
		for way in linked both; do
			run way $way VA_LIMIT_HOST='host*' api_module -t "$BATS_TEST_TMPDIR/host-1.so" \
				"$BATS_TEST_TMPDIR/guest1.so"
			[ "$output" = 'every verdict was right' ] || fail "$flags, $way: $output"
		done
	done
}

@test "a sanitizer's runtime, which asks dlsym before it is initialised, starts" {
	need gcc
	cd "$BATS_TEST_TMPDIR"
	echo 'int main(void) { return 0; }' >empty.c
	for kind in address thread; do
		gcc -fsanitize=$kind -o empty empty.c 2>/dev/null || skip "no sanitizer for $kind is installed"
		plain none ./empty || skip "the sanitizer for $kind does not run here"
		with on 47bit ASAN_OPTIONS=verify_asan_link_order=0 "${RULES_HOST[@]}" ./empty
	done
}

@test "a pointer that dlsym finds behind the library is the library's, in reach calls too" {
	need gcc
	build gcc '' -O2
	with off $WINDOW ./emu "$ways/libthunks2.so" "$ways/libhostlib2.so" >verdicts
	[ "$(cut -d' ' -f2 verdicts | sort -u)" = guest ]
}

@test "the trace names the function that has jumped, and marks what it cannot name" {
	need gcc
	build gcc '' -O2
	with on $WINDOW "${RULES_HOST[@]}" VA_LIMIT_TRACE="$ways/trace" ./emu "$ways/libthunks2.so" \
		"$ways/libhostlib2.so" >verdicts
	for function in thunk_tail thunk_chain thunk_call_tail; do
		start=$(nm -D libthunks.so | awk -v name=$function '$3 == name { sub(/^0+/, "", $1); print "0x" $1 }')
		grep -qx "mmap(.* guest jump:libthunks.so+$start" trace || fail "$function" "$(cat trace)"
	done
	grep -qx 'mmap(.* guest jump?:emu+0x[0-9a-f]*' trace
	grep -qx 'mmap(.* guest libthunks.so+0x[0-9a-f]*' trace
	refute grep -E 'munmap.*jump\?' trace
}

@test "vactl names the function that has jumped" {
	need gcc
	cat >"$BATS_TEST_TMPDIR/thunk.c" <<-'EOF'
		#include <sys/mman.h>
		void *thunk(void *at)
		{
			return mmap(at, 65536, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
		}
	EOF
	cat >"$BATS_TEST_TMPDIR/waits.c" <<-'EOF'
		#include <stdio.h>
		#include <unistd.h>
		void *thunk(void *at);
		int main(void)
		{
			printf("%p\n", thunk((void *)0x500000000));
			fflush(stdout);
			pause();
			return 0;
		}
	EOF
	cd "$BATS_TEST_TMPDIR"
	gcc -O2 -fPIC -shared -o libthunk.so thunk.c
	gcc -O2 -o waits waits.c -L. -lthunk -Wl,-rpath,'$ORIGIN'
	env VA_LIMIT=$WINDOW VA_LIMIT_FENCE=on LD_PRELOAD="$VALIMIT_LIB" ./waits >mapped 3>&- &
	target=$!
	for ((i = 0; i < 200; i++)); do
		[ -s mapped ] && break
		sleep 0.05
	done
	run "$VACTL" maps -rno CALLER --kind guest "$target"
	kill "$target"
	grep -qx jump:thunk <<<"$output" || fail "$output"
}

# Not with valgrind, under which no fence stands: the program is stepped through, from
# where it stops itself to its end.
@test "a guest's calls keep to the fast path where rules are set, and cost what they cost without" {
	need gcc
	cd "$BATS_TEST_TMPDIR"
	cat >churn.c <<-'EOF'
		#include <signal.h>
		#include <stdlib.h>
		#include <sys/mman.h>
		int main(int argc, char **argv)
		{
			raise(SIGSTOP);
			for (long i = argc > 1 ? atol(argv[1]) : 0; i; i--)
				munmap(mmap(NULL, 65536, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), 65536);
			return 0;
		}
	EOF
	cat >steps.c <<-'EOF'
		#include <signal.h>
		#include <stdio.h>
		#include <sys/ptrace.h>
		#include <sys/wait.h>
		#include <unistd.h>
		int main(int argc, char **argv)
		{
			int status, step = PTRACE_CONT, pid = fork();
			long steps = 0;

			if (!pid)
				return argc < 2 || ptrace(PTRACE_TRACEME) || execvp(argv[1], argv + 1);
			while (waitpid(pid, &status, 0) == pid && WIFSTOPPED(status)) {
				if (WSTOPSIG(status) == SIGSTOP)
					step = PTRACE_SINGLESTEP;
				steps += step == PTRACE_SINGLESTEP;
				ptrace(step, pid, NULL, NULL);
			}
			printf("%ld\n", steps);
			return !WIFEXITED(status) || WEXITSTATUS(status);
		}
	EOF
	gcc -O2 -D_GNU_SOURCE -o churn churn.c
	gcc -O2 -D_GNU_SOURCE -o steps steps.c
	instructions() { # COUNT [NAME=VALUE]...
		./steps env VA_LIMIT=$WINDOW VA_LIMIT_FENCE=on LD_PRELOAD="$VALIMIT_LIB" "${@:2}" ./churn "$1"
	}
	# Of an mmap with its munmap.
	pair() { # [NAME=VALUE]...
		echo $((($(instructions 1000 "$@") - $(instructions 0 "$@")) / 1000))
	}
	without=$(pair)
	rules=$(pair VA_LIMIT_HOST='emu:libGL*')
	named=$(pair VA_LIMIT_GUEST=churn)
	echo "without rules $without, VA_LIMIT_HOST $rules, VA_LIMIT_GUEST $named"
	[ "$without" -gt 50 ]
	[ $((rules * 100)) -le $((without * 102)) ]
	# In this case the library checks whether the code is a module's.
	[ "$named" -le $((without + 120)) ]
}
