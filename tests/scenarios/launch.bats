#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# The whole process inside: a program that the launcher starts lies in its window, and otherwise
# equals one that exec has started.

load launch.bash

# --- all of it lies inside ----------------------------------------------------

@test "a dynamic program: every part of it lies inside, in every window" {
	for window in $WINDOWS; do
		run -0 launched "$window" -- "$GUEST/where"
		lies_inside "$window" <<<"$output"
	done
}

@test "a static program, a static PIE and a fixed one lie inside" {
	need gcc
	compile static -static <"$SRCDIR/tests/guest/where.c" || skip "no static libc"
	compile pie -static-pie <"$SRCDIR/tests/guest/where.c" || skip "no static PIE"
	compile fixed -no-pie <"$SRCDIR/tests/guest/where.c"
	for program in static pie fixed; do
		run -0 launched 32bit -- "$tmp/$program"
		lies_inside 32bit <<<"$output"
	done
	for window in $WINDOWS; do
		run -0 launched "$window" -- "$tmp/pie"
		lies_inside "$window" <<<"$output"
	done
}

@test "a program of another libc lies inside, without the library" {
	need musl-gcc
	musl-gcc -o "$tmp/musl" "$SRCDIR/tests/guest/where.c"
	for window in $WINDOWS; do
		run -0 launched "$window" -- "$tmp/musl"
		lies_inside "$window" <<<"$output"
	done
}

@test "every pointer of python3 lies below 4 GiB" {
	need python3
	run -0 launched 32bit -- "$(python_path)" -c 'for o in object(), [], "a" * 9999, print, int:
    print("object", hex(id(o)))'
	[ "${#lines[@]}" -eq 5 ]
	lies_inside 32bit <<<"$output"
}

@test "nothing but the fence lies outside, and no gap" {
	for window in $WINDOWS; do
		start "$window" -- sh -c 'echo ready; read -r wait'
		run -0 "$GUEST/outside" "$(bounds "$window")" "$target"
		[ -z "$output" ]
	done
}

@test "a forked pipeline is watched from beginning to end" {
	watched 32bit -- sh -c '(echo a; echo b) | while read -r x; do echo $x; done' >"$tmp/out"
	[ "$(tr -d '\n' <"$tmp/out")" = ab ]
}

@test "python3 with threads is watched from beginning to end" {
	need python3
	watched 31bit -- "$(python_path)" -c 'import ctypes, threading
t = [threading.Thread(target=lambda: bytearray(1 << 22)) for i in range(8)]
[x.start() for x in t]
[x.join() for x in t]'
}

# --- islands ------------------------------------------------------------------

@test "a fixed image outside the window is left open, and that is said" {
	need gcc
	compile fixed -no-pie <<<'#include <stdio.h>
	int main(void) { puts("ready"); fflush(stdout); return getchar(); }'
	start 0x100000000-0x400000000000 -- "$tmp/fixed"
	[[ $(cat "$tmp/said") == "vactl: run: $tmp/fixed is linked to fixed addresses outside"* ]]
	[ "$(wc -l <"$tmp/said")" -eq 1 ]
	island=$(sed -n 's/.*: 0x\([0-9a-f]*\)-0x\([0-9a-f]*\) .*/\1 \2/p' "$tmp/said")
	run -1 "$GUEST/outside" 0x100000000-0x400000000000 "$target"
	while read -r what range name; do
		[ "$what" = mapping ]
		[ "$name" = "$(realpath "$tmp/fixed")" ] || [ -z "$name" ]
		((${range%-*} >= 0x${island% *} && ${range#*-} <= 0x${island#* }))
	done <<<"$output"
	[ "$("$VACTL" stat --json "$target" | member "['escaped']")" -eq 0 ]
}

@test "holes between the segments of a fixed image are fenced, and a hint gets none" {
	need gcc
	for kind in -no-pie -static; do
		compile holes $kind -Wl,-z,max-page-size=0x200000 <<<'#define _GNU_SOURCE
		#include <stdio.h>
		#include <sys/mman.h>
		#include <sys/syscall.h>
		#include <unistd.h>
		int main(void)
		{
			puts("ready");
			fflush(stdout);
			getchar();
			for (long hint = 0x400000; hint < 0x1000000; hint += 0x1000) {
				long at = syscall(SYS_mmap, hint, 4096, 0, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
				if (at < 0x100000000)
					return printf("%lx\n", at) != 0;
			}
			return 0;
		}' || skip "no static libc"
		run -0 readelf -lW "$tmp/holes"
		[ "$(grep -c LOAD <<<"$output")" -ge 3 ]
		for fence in on sealed; do
			start 0x100000000-0x400000000000 --fence $fence -- "$tmp/holes"
			run "$GUEST/outside" 0x100000000-0x400000000000 "$target"
			[[ $output == *mapping* && $output != *gap* ]] || fail "$kind $fence" "$output"
			[ $kind = -static ] || [ $fence = sealed ] ||
				run -0 "$VACTL" check "$target"
			echo >&9
			wait "$target" || fail "$kind $fence"
		done
	done
}

# --- what exec does -----------------------------------------------------------

@test "the program finds its words, its name, its environment" {
	run -0 env -i A=1 "B=two words" "$VACTL" run --window 32bit --reach whole -- \
		sh -c 'printf "%s|" "$0" "$@"; echo "$A$B"' zero one "two  2" '' last
	[ "$output" = "zero|one|two  2||last|1two words" ]
	run -0 "$LAUNCH" "$(type -P sh)" other -c 'cat /proc/$$/comm; echo $0'
	[ "$output" = "$(printf 'sh\nother')" ]
}

@test "without any environment and without words it runs" {
	run -0 env -i VA_LIMIT=32bit "$LAUNCH" "$(type -P env)" env
	[ "$output" = VA_LIMIT=32bit ]
	VA_LIMIT=32bit run -0 "$LAUNCH" "$(type -P true)"
}

@test "/proc tells of the program and not of the launcher" {
	start 32bit -- sh -c 'echo ready; read -r wait' some words
	[ "$(tr '\0' ' ' <"/proc/$target/cmdline")" = "sh -c echo ready; read -r wait some words " ]
	[ "$(cat "/proc/$target/comm")" = sh ]
	grep -qz '^VA_LIMIT=32bit$' "/proc/$target/environ"
	grep -q '\[stack\]' "/proc/$target/maps"
	grep -q '\[heap\]' "/proc/$target/maps"
	grep -q '\[vdso\]' "/proc/$target/maps"
	entry=$(od -An -tu8 -w16 -v "/proc/$target/auxv" | awk '$1 == 9 { print $2 }')
	shell=$(realpath "$(type -P sh)")
	awk -v shell="$shell" '$6 == shell { print $1 }' "/proc/$target/maps" | {
		inside=
		while IFS=- read -r start end; do
			((entry >= 0x$start && entry < 0x$end)) && inside=1
		done
		[ -n "$inside" ]
	}
}

@test "the file of the process is the program, where the kernel allows it" {
	run -0 launched 32bit -- readlink /proc/self/exe
	[ "$output" = "$(realpath "$(type -P readlink)")" ] ||
		{ [ "$output" = "$LAUNCH" ] && skip "needs CAP_CHECKPOINT_RESTORE"; }
}

@test "descriptors stay, and none is added" {
	# The shell opens the folder itself, at the same number both times.
	list='head -c 4 <&7; for f in /proc/$$/fd/*; do printf " %s" "${f##*/}"; done'
	exec 7<"$SRCDIR/COPYING"
	run -0 launched 32bit -- sh -c "$list"
	with=$output
	run -0 timeout 60 sh -c "$list"
	exec 7<&-
	[[ $with == *" 7"* ]]
	# The first read has moved the file's offset on.
	[ "${with:4}" = "${output:4}" ] || fail "$with" "$output"
}

@test "blocked, ignored and pending signals stay" {
	need python3
	run -0 python3 -c 'import os, signal, sys
signal.signal(signal.SIGUSR1, signal.SIG_IGN)
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR2, signal.SIGHUP])
os.kill(os.getpid(), signal.SIGHUP)
os.execv(sys.argv[1], sys.argv[1:])' "$VACTL" run --window 32bit -- \
		grep -E '^(SigBlk|SigIgn|ShdPnd)' /proc/self/status
	[[ $output == *"ShdPnd:"*1$'\n'* ]]
	mask=$(awk '/SigBlk/ { print $2 }' <<<"$output")
	((0x$mask & 0x801)) || fail "$output"
	mask=$(awk '/SigIgn/ { print $2 }' <<<"$output")
	((0x$mask & 0x200)) || fail "$output"
}

@test "two megabytes of arguments" {
	need python3
	run -0 python3 -c 'import subprocess, sys
words = ["x" * 1000] * 1900
out = subprocess.run(sys.argv[1:] + words, stdout=subprocess.PIPE, check=True).stdout
print(len(out))' "$VACTL" run --window 32bit -- printf %s
	[ "$output" = 1900000 ]
}

@test "scripts in a row, with their arguments split as the kernel does" {
	printf '#!/bin/sh -eu\nprintf "%%s|" "$0" "$@"; cat /proc/$$/comm\n' >"$tmp/one"
	printf '#! %s  a b\t \nrest\n' "$tmp/show" >"$tmp/two"
	printf '#!%s\n' "$tmp/two" >"$tmp/three"
	compile show <<<'#include <stdio.h>
	int main(int n, char **w) { for (int i = 0; i < n; i++) printf("%s|", w[i]); puts(""); }'
	chmod +x "$tmp"/{one,two,three}
	for script in one two three; do
		run -0 launched 32bit -- "$tmp/$script" x "y z"
		here=$output
		run -0 "$tmp/$script" x "y z"
		[ "$here" = "$output" ]
	done
}

@test "as many scripts in a row as the kernel follows, and no more" {
	printf '#!/bin/true\n' >"$tmp/s1"
	for i in 2 3 4 5 6; do
		printf '#!%s/s%d\n' "$tmp" $((i - 1)) >"$tmp/s$i"
	done
	chmod +x "$tmp"/s?
	for i in 4 5 6; do
		"$tmp/s$i" 2>/dev/null && kernel=0 || kernel=126
		VA_LIMIT=32bit run "$LAUNCH" "$tmp/s$i" "$tmp/s$i"
		[ "$status" -eq "$kernel" ]
	done
}

@test "an executable stack is one where the program asks for it" {
	need gcc
	for want in execstack noexecstack; do
		compile $want -z $want <<<'#include <stdio.h>
		int main(void) { puts("ready"); fflush(stdout); return getchar(); }'
		start 32bit -- "$tmp/$want"
		perms=$(awk '/\[stack\]/ { print $2 }' "/proc/$target/maps")
		[ "$perms" = "$([ $want = execstack ] && echo rwxp || echo rw-p)" ]
	done
}

@test "large and odd alignments of segments" {
	need gcc
	for align in 0x200000 0x10000 0x1000; do
		compile aligned -Wl,-z,max-page-size=$align <"$SRCDIR/tests/guest/where.c"
		run -0 launched 32bit -- "$tmp/aligned"
		lies_inside 32bit <<<"$output"
		main=$(awk '$1 == "headers" { print $2 }' <<<"$output")
		(((main & (align - 1)) < 0x1000))
	done
}

@test "the heap of brk grows" {
	need gcc
	compile grow -static <<<'#include <stdio.h>
	#include <string.h>
	#include <unistd.h>
	int main(void) { char *p = sbrk(64 << 20); if (p == (void *)-1) return 1;
		memset(p, 1, 64 << 20); return 0; }' || skip "no static libc"
	run -0 launched 32bit -- "$tmp/grow"
}

@test "stack limits, none and tiny" {
	for limit in unlimited 64 8192; do
		run -0 bash -c 'ulimit -s "$1" && shift && exec "$@"' - "$limit" \
			"$VACTL" run --window 32bit -- sh -c 'ulimit -s'
		[ "$output" = "$limit" ]
	done
}

@test "the stack takes what gcc's cc1 asks of it" {
	run -0 launched 32bit -- "$GUEST/stackgrow" 60M
}

@test "the stack does not count as data" {
	run -0 env GUEST_WINDOW=0x10000-0x100000000 bash -c 'ulimit -d 30000; exec "$@"' - \
		"$VACTL" run --window 32bit -- "$GUEST/calls" 'mmap 0 16M -> inside' \
		'mmap 0 64M -> ENOMEM'
	run -0 bash -c 'ulimit -d 30000; exec "$@"' - \
		"$VACTL" run --window 32bit -- "$GUEST/stackgrow" 60M
}

# --- what cannot be -----------------------------------------------------------

@test "a window without room is said to be one" {
	run --separate-stderr launched 0x10000-0x20000 -- "$GUEST/where"
	[ "$status" -eq 125 ]
	says "no room"
}

@test "a limit on the address space is refused with the remedy" {
	run --separate-stderr bash -c 'ulimit -v 8000000; exec "$@"' - \
		"$VACTL" run --window 32bit -- true
	[ "$status" -eq 125 ]
	says "ulimit -d"
}

@test "damaged programs are refused before anything is lost" {
	need python3
	cp "$(realpath "$(type -P true)")" "$tmp/true"
	while read -r offset bytes; do
		cp "$tmp/true" "$tmp/bad"
		printf "$bytes" | dd of="$tmp/bad" bs=1 seek="$offset" conv=notrunc status=none
		VA_LIMIT=32bit run --separate-stderr "$LAUNCH" "$tmp/bad" bad
		[ "$status" -eq 126 ]
		says "cannot run $tmp/bad"
	done <<-'END'
		16 \4\0
		32 \377\377\377\377
		56 \377\377
		54 \1\0
		24 \377\377\377\377\377
	END
	head -c 1000 "$tmp/true" >"$tmp/bad"
	VA_LIMIT=32bit run --separate-stderr "$LAUNCH" "$tmp/bad" bad
	[ "$status" -eq 126 ]
	says "ends before"
}

@test "the launcher's own statuses" {
	VA_LIMIT=32bit run --separate-stderr "$LAUNCH"
	[ "$status" -eq 125 ]
	VA_LIMIT=frob run --separate-stderr "$LAUNCH" /bin/true true
	[ "$status" -eq 125 ]
	says "VA_LIMIT 'frob'"
	VA_LIMIT=32bit run -127 --separate-stderr "$LAUNCH" /no/such/file x
	says "No such file"
	VA_LIMIT=32bit run --separate-stderr "$LAUNCH" /etc/passwd x
	[ "$status" -eq 126 ]
	says "Permission denied"
	VA_LIMIT=32bit run --separate-stderr "$LAUNCH" /etc x
	[ "$status" -eq 126 ]
}

# --- layouts ------------------------------------------------------------------

@test "a layout from the bottom up is changed, and given back" {
	need setarch
	run -0 setarch -L "$VACTL" run --window 32bit -- sh -c 'read -r p </proc/self/personality; echo $p'
	((0x$output & 0x200000))
	run -0 setarch -L "$VACTL" run --window 32bit -- "$GUEST/where"
	lies_inside 32bit <<<"$output"
}

@test "places are random, unless the personality or a seed says otherwise" {
	need setarch
	places() { "$@" "$VACTL" run --window "${window-32bit}" ${seed:+--seed "$seed"} -- "$GUEST/where"; }
	[ "$(places env)" != "$(places env)" ]
	[ "$(places setarch -R)" = "$(places setarch -R)" ]
	seed=7
	# In the last two the kernel begins at a place of its own.
	for window in 32bit 47bit 0x7f0000000000-0x80000000; do
		[ "$(places env)" = "$(places env)" ] || fail "$window"
		run -0 "$VACTL" run --window $window --seed 7 -- cat /proc/self/personality
		[ "$output" = "$(cat /proc/self/personality)" ]
	done
}

@test "the program and its heap's start lie in the window's lowest sixteenth" {
	local seed
	for seed in {1..64}; do
		run -0 launched 32bit --seed "$seed" -- "$GUEST/where"
		[[ $output =~ break\ (0x[0-9a-f]+) ]]
		echo "seed $seed: ${BASH_REMATCH[0]}"
		((BASH_REMATCH[1] < 1 << 28))
	done
}

@test "where one piece lies does not tell where another does" {
	need python3
	for window in 32bit 0x100000000-0x400000000000; do
		for i in {1..16}; do
			launched "$window" -- "$GUEST/where" | tr '\n' ' '
			echo
		done >"$tmp/places"
		python3 - "$tmp/places" "$window" <<-'END'
			import itertools, sys
			runs = [dict(zip(words[::2], (int(word, 16) for word in words[1::2])))
			        for words in map(str.split, open(sys.argv[1]))]
			for a, b in itertools.combinations(('main', 'printf', 'local', 'vdso', 'loader'), 2):
			    known = len({run[a] - run[b] >> 12 for run in runs})
			    assert known >= 12, f'{sys.argv[2]}: {a} and {b}: {known} distances in {len(runs)} runs'
		END
	done
}
