#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# vactl run: its refusals before the program starts, and the program's view.

load vactl.bash

# --- run: its own failures ---------------------------------------------------

@test "run: misuse is status 125" {
	while read -r said arguments; do
		run_harmless $arguments
		[ "$status" -eq 125 ]
		says "${said//_/ }"
	done <<-END
		needs_a_window true
		needs_a_program --window 32bit
		is_no_option --frob
		--window_needs_a_value --window
		--window_needs_a_value --window= true
		--reach_frob_is_not_one_of --window 32bit --reach frob true
		excludes_--fence_on --window 32bit --reach calls --fence on true
		excludes_--fence_off --window 32bit --reach process --fence off true
		excludes_--fence_off --window 32bit --reach whole --fence off true
		--trace_needs_a_value --window 32bit --trace= true
	END
}

@test "run: --host and --guest may be given more than once" {
	VA_LIMIT_HOST=older run_harmless --window 32bit --host a --host 'b*' --guest c -- \
		sh -c 'echo "$VA_LIMIT_HOST $VA_LIMIT_GUEST"'
	[ "$output" = "a:b* c" ]
}

@test "run: --trace and --report become absolute, and their words stay" {
	cd "$BATS_TEST_TMPDIR"
	while read -r trace wanted; do
		run_harmless --window 32bit --trace "$trace" --report "${trace#page:}" -- \
			sh -c 'echo "$VA_LIMIT_TRACE $VA_LIMIT_REPORT"'
		[ "$output" = "$wanted ${wanted#page:}" ]
	done <<-END
		t.%p $PWD/t.%p
		a/../t $PWD/a/../t
		$PWD/t $PWD/t
		stderr stderr
		page:t page:$PWD/t
		page:stderr page:stderr
	END
	run_harmless --window 32bit --trace page -- sh -c 'echo "$VA_LIMIT_TRACE"'
	[ "$output" = page ]
	mkdir gone
	cd gone
	rmdir ../gone
	run_harmless --window 32bit --report r -- true
	[ "$status" -eq 125 ]
	says "r: cannot tell the present directory"
}

@test "run: a bad value is named with its option before the program starts" {
	while read -r option value; do
		run_harmless --window 32bit "--$option" "$value" touch "$tmp/started"
		[ "$status" -eq 125 ]
		says "(--$option) '$value'"
		[ ! -e "$tmp/started" ]
	done <<-END
		window frob
		window 0x1000-
		window 99bit
		fence maybe
		fixed maybe
		place middle
		base x
		seed x
		align 3
	END
}

@test "run: a bad variable from outside is refused too" {
	export VA_LIMIT_PLACE=middle
	run_harmless --window 32bit true
	[ "$status" -eq 125 ]
	says "VA_LIMIT_PLACE"
}

@test "run: a program that is not found is status 127" {
	# A folder that may not be searched would be "permission denied".
	PATH=/usr/bin:/bin
	for program in no-such-program-here ./no-such-file /no/such/file ''; do
		run_harmless -127 --window 32bit -- "$program"
		says "cannot run $program: No such file or directory"
	done
}

@test "run: a program that cannot be run is status 126" {
	echo text >"$tmp/plain"
	for program in "$tmp" "$tmp/plain"; do
		run_harmless --window 32bit "$program"
		[ "$status" -eq 126 ]
		says "cannot run $program: Permission denied"
	done
}

@test "run: a script's missing interpreter is named" {
	printf '#!/no/such/shell\n' >"$tmp/script"
	chmod +x "$tmp/script"
	run_harmless -127 --window 32bit "$tmp/script"
	says "cannot run $tmp/script: /no/such/shell: No such file"
}

@test "run: scripts that lead in a circle end" {
	printf '#!%s\n' "$tmp/script" >"$tmp/script"
	chmod +x "$tmp/script"
	run_harmless --window 32bit "$tmp/script"
	[ "$status" -eq 126 ]
	says "Too many levels"
}

@test "run: a statically linked program is refused by reach process" {
	make_elf "$tmp/static" 2 "$(machine_here)"
	run_harmless --window 32bit --reach process "$tmp/static"
	[ "$status" -eq 125 ]
	says "statically linked"
}

@test "run: a script whose interpreter is statically linked is refused by reach process" {
	make_elf "$tmp/static" 2 "$(machine_here)"
	printf '#!%s -x\n' "$tmp/static" >"$tmp/script"
	printf '#! %s\n' "$tmp/script" >"$tmp/outer"
	chmod +x "$tmp/script" "$tmp/outer"
	run_harmless --window 32bit --reach process "$tmp/outer"
	[ "$status" -eq 125 ]
	says "$tmp/static unconfined: it is statically linked"
}

@test "run: 32-bit programs and those of other machines are refused" {
	make_elf "$tmp/small" 1 "$(machine_here)"
	run_harmless --window 32bit "$tmp/small"
	[ "$status" -eq 125 ]
	says "32-bit program"
	make_elf "$tmp/other" 2 '\367\0'
	run_harmless --window 32bit "$tmp/other"
	[ "$status" -eq 125 ]
	says "another machine"
}

@test "run: setuid and setgid programs are refused where they change anything" {
	[ "$(id -u)" -eq 0 ] || skip "needs root to make one"
	! findmnt -nT "$tmp" -o OPTIONS | grep -q nosuid || skip "$tmp is mounted nosuid"
	cp "$(type -P true)" "$tmp/program"
	chown 65534:65534 "$tmp/program"
	chmod 4755 "$tmp/program"
	run_harmless --window 32bit "$tmp/program"
	[ "$status" -eq 125 ]
	says "it is setuid"
	chmod 2755 "$tmp/program"
	run_harmless --window 32bit "$tmp/program"
	[ "$status" -eq 125 ]
	says "it is setgid"
	chown 0:0 "$tmp/program"
	chmod 6755 "$tmp/program"
	run_harmless --window 32bit "$tmp/program"
	[ "$status" -eq 0 ]
}

@test "run: a program with file capabilities is refused" {
	[ "$(id -u)" -eq 0 ] || skip "needs root to make one"
	command -v setcap >/dev/null || skip "setcap is not installed"
	open_folder
	cp "$(type -P true)" "$folder/program"
	setcap cap_net_raw+ep "$folder/program" || skip "no file capabilities here"
	VACTL_LIBRARY=$harmless run --separate-stderr as_nobody run --window 32bit "$folder/program"
	rm -r "$folder"
	[ "$status" -eq 125 ]
	says "file capabilities"
}

# --- run: the program --------------------------------------------------------

@test "run: the exit status is the program's" {
	run_harmless --window 32bit true
	[ "$status" -eq 0 ]
	run_harmless --window 32bit -- sh -c 'exit 7'
	[ "$status" -eq 7 ]
	run_harmless --window 32bit sh -c 'kill -TERM $$'
	[ "$status" -eq 143 ]
}

@test "run: the program has vactl's process ID" {
	VACTL_LIBRARY=$harmless "$VACTL" run --window 32bit sh -c 'echo $$' >"$tmp/pid" &
	pid=$!
	wait "$pid"
	[ "$(cat "$tmp/pid")" -eq "$pid" ]
}

@test "run: options end at the program" {
	run_harmless --window 32bit echo --window --frob -J
	[ "$output" = "--window --frob -J" ]
}

@test "run: options become variables" {
	# Not every kernel lets the launcher seal.
	for way in 'whole on' 'process sealed'; do
		run_harmless --window 4G-8G --reach ${way% *} --fence ${way#* } --fixed deny \
			--place random --base 5G --seed 7 --align 64K \
			sh -c 'env | grep ^VA_LIMIT | sort'
		[ "$status" -eq 0 ]
		diff - <(echo "$output") <<-END
			VA_LIMIT=4G-8G
			VA_LIMIT_ALIGN=64K
			VA_LIMIT_BASE=5G
			VA_LIMIT_FENCE=${way#* }
			VA_LIMIT_FIXED=deny
			VA_LIMIT_PLACE=random
			VA_LIMIT_REACH=${way% *}
			VA_LIMIT_SEED=7
		END
	done
}

# With the library as it is.
real_run() {
	VACTL_LIBRARY=$VALIMIT_LIB run --separate-stderr "$VACTL" run "$@"
}

@test "run: with --inherit no the program has the window, and what it starts has nothing of it" {
	for reach in whole process calls; do
		real_run --window 47bit --reach $reach --inherit no -- sh -c \
			'env | grep -c VA_LIMIT; grep -c memfd:valimit /proc/$$/maps; grep -c valimit /proc/self/maps; :'
		[ "$status" -eq 0 ]
		[ "$output" = $'0\n1\n0' ] || { echo "$reach: $output"; false; }
		real_run --window 47bit --reach $reach --inherit yes -- sh -c \
			'env | grep -c ^VA_LIMIT=; grep -c memfd:valimit /proc/$$/maps; grep -c memfd:valimit /proc/self/maps; :'
		[ "$output" = $'1\n1\n1' ] || { echo "$reach: $output"; false; }
	done
}

@test "run: with --inherit no what else is preloaded stays" {
	mine=$(ldd "$(command -v sh)" | sed -n 's/.*=> \([^ ]*libc\.[^ ]*\).*/\1/p')
	[ -n "$mine" ] || skip "no library to preload"
	LD_PRELOAD=$mine real_run --window 47bit --inherit no -- sh -c 'echo "$LD_PRELOAD"'
	[ "$output" = "$mine" ]
	LD_PRELOAD= real_run --window 47bit --inherit no -- sh -c 'echo "${LD_PRELOAD-none}"'
	[ "$output" = none ]
}

@test "run: the reach becomes the fence" {
	run_harmless --window 32bit --reach calls sh -c 'echo $VA_LIMIT_FENCE'
	[ "$output" = off ]
	VA_LIMIT_FENCE=off run_harmless --window 32bit --reach process sh -c 'echo $VA_LIMIT_FENCE'
	[ "$output" = auto ]
	run_harmless --window 32bit --reach process --fence on sh -c 'echo $VA_LIMIT_FENCE'
	[ "$output" = on ]
	VA_LIMIT_FENCE=off run_harmless --window 32bit sh -c 'echo $VA_LIMIT_FENCE'
	[ "$output" = off ]
}

@test "run: the reach is what the environment says, unless an option does" {
	for reach in process calls whole; do
		VA_LIMIT_REACH=$reach run_harmless --window 32bit sh -c 'echo $VA_LIMIT_REACH'
		[ "$output" = $reach ]
		VA_LIMIT_REACH=$reach run_harmless --window 32bit --reach process sh -c 'echo $VA_LIMIT_REACH'
		[ "$output" = process ]
	done
	VA_LIMIT_REACH=calls run_harmless --window 32bit --fence on sh -c 'echo $VA_LIMIT_REACH'
	[ "$output" = whole ]
	VA_LIMIT_REACH=whole run_harmless --window 32bit --fence off sh -c 'echo $VA_LIMIT_REACH'
	[ "$output" = calls ]
}

@test "run: without a fence the usual reach is calls" {
	run_harmless --window 32bit --fence off sh -c 'echo $VA_LIMIT_FENCE; head -1 /proc/self/maps'
	[ "${lines[0]}" = off ]
	[ "${#lines[1]}" -gt 0 ]
	VACTL_LAUNCHER=/no/such run_harmless --window 32bit --fence off true
	[ "$status" -eq 0 ]
}

@test "run: a missing launcher is named, and how to do without" {
	VACTL_LAUNCHER=/no/such/launch run_harmless --window 32bit true
	[ "$status" -eq 125 ]
	says "/no/such/launch: No such file or directory"
	[[ $stderr == *"--reach process"* ]]
	VACTL_LAUNCHER=/no/such/launch run_harmless --window 32bit --reach process true
	[ "$status" -eq 0 ]
}

@test "run: VA_LIMIT is the window where none is given, and --window goes first" {
	export VA_LIMIT=31bit
	run_harmless sh -c 'echo $VA_LIMIT'
	[ "$output" = 31bit ]
	run_harmless --window 32bit sh -c 'echo $VA_LIMIT'
	[ "$output" = 32bit ]
}

@test "run: scripts run, with and without a first line" {
	printf '#!/bin/sh\necho one "$@"\n' >"$tmp/one"
	printf 'echo two "$@"\n' >"$tmp/two"
	chmod +x "$tmp/one" "$tmp/two"
	run_harmless --window 32bit "$tmp/one" a
	[ "$output" = "one a" ]
	run_harmless --window 32bit "$tmp/two" b
	[ "$output" = "two b" ]
	PATH=$tmp:$PATH run_harmless --window 32bit one c
	[ "$output" = "one c" ]
}

@test "run: ld.so as the program runs" {
	loader=$(ldd "$VACTL" | sed -n 's/^[[:space:]]*\(\/[^ ]*ld[-.][^ ]*\) .*/\1/p')
	[ -n "$loader" ] || skip "the loader is not named"
	run_harmless --window 32bit "$loader" "$(type -P true)"
	[ "$status" -eq 0 ]
}

@test "run: loads no library but libc" {
	[ "$(readelf -dW "$VACTL" | grep -c NEEDED)" -eq 1 ]
	readelf -dW "$VACTL" | grep -q 'NEEDED.*libc\.'
}

@test "run: without the program of the other commands it runs, and they say what is missing" {
	mkdir -p "$tmp/alone"
	cp "$VACTL" "$tmp/alone"
	run -0 env VACTL_LIBRARY="$harmless" VACTL_LAUNCHER="$(dirname "$VACTL")/tools/launch/launch" \
		"$tmp/alone/vactl" run --window 32bit echo runs
	[ "$output" = runs ]
	[ ! -e /usr/local/libexec/valimit/vactl ] || skip "another one is installed"
	run -1 --separate-stderr "$tmp/alone/vactl" ps
	says "which has the commands but run: No such file"
}
