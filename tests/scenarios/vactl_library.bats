#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# vactl run: the library that it takes, and the libraries that it refuses.

load vactl.bash

@test "run: a missing library is named" {
	VACTL_LIBRARY=/no/such/library.so run --separate-stderr "$VACTL" run --window 32bit true
	[ "$status" -eq 125 ]
	says "/no/such/library.so: No such file or directory"
}

@test "run: what is no library is refused" {
	echo text >"$tmp/library.so"
	make_elf "$tmp/program.so" 2 "$(machine_here)"
	make_elf "$tmp/other.so" 2 '\367\0'
	while read -r file said; do
		VACTL_LIBRARY=$file run --separate-stderr "$VACTL" run --window 32bit true
		[ "$status" -eq 125 ]
		says "${said//_/ }"
	done <<-END
		$tmp/library.so no_shared_library
		$tmp/program.so no_shared_library
		$tmp/other.so for_another_machine
		$tmp Is_a_directory
	END
}

@test "run: a library whose path ld.so would split is preloaded by a link" {
	export TMPDIR=$tmp
	for name in "a b" "a:b"; do
		mkdir "$tmp/$name"
		cp "$harmless" "$tmp/$name/lib.so"
		export VACTL_LIBRARY="$tmp/$name/lib.so"
		for turn in first again; do
			run --separate-stderr "$VACTL" run --window 32bit sh -c 'echo $LD_PRELOAD'
			[ "$status" -eq 0 ] && [ -z "$stderr" ]
			[[ $output == "$tmp/valimit-$(id -u)/libvalimit-"* ]]
			[ "$(readlink "$output")" = "$(realpath "$VACTL_LIBRARY")" ]
		done
	done
	[ "$(find "$tmp/valimit-$(id -u)" -type l | wc -l)" -eq 2 ]
}

@test "run: a link is made only where no other user could make another of it" {
	export TMPDIR=$tmp
	mkdir -m 777 "$tmp/a b" "$tmp/valimit-$(id -u)"
	cp "$harmless" "$tmp/a b/lib.so"
	chmod 777 "$tmp/valimit-$(id -u)"
	VACTL_LIBRARY="$tmp/a b/lib.so" run --separate-stderr "$VACTL" run --window 32bit true
	[ "$status" -eq 125 ]
	says "ld.so splits its path"
	rmdir "$tmp/valimit-$(id -u)"
	ln -s "$tmp" "$tmp/valimit-$(id -u)"
	VACTL_LIBRARY="$tmp/a b/lib.so" run --separate-stderr "$VACTL" run --window 32bit true
	[ "$status" -eq 125 ]
}

@test "run: the library beside vactl is found, and the named one goes first" {
	mkdir -p "$tmp/.libs" "$tmp/tools/launch"
	cp "$VACTL" "$tmp/vactl"
	cp "$(dirname "$VACTL")/tools/launch/launch" "$tmp/tools/launch"
	cp "$harmless" "$tmp/.libs/libvalimit.so"
	run "$tmp/vactl" run --window 32bit sh -c 'echo $LD_PRELOAD'
	[ "$output" = "$(realpath "$tmp")/.libs/libvalimit.so" ]
	run_harmless --window 32bit sh -c 'echo $LD_PRELOAD'
	[ "$output" = "$(realpath "$harmless")" ]
}

@test "run: a relative library path holds in another folder" {
	cp "$harmless" "$tmp/lib.so"
	cd "$tmp"
	VACTL_LIBRARY=./lib.so run "$VACTL" run --window 32bit sh -c 'cd / && exec env'
	[ "$status" -eq 0 ]
	[[ $output == *"LD_PRELOAD=$(realpath "$tmp")/lib.so"* ]]
}

@test "run: what was preloaded stays preloaded, behind ours" {
	LD_PRELOAD=$(ldd "$VACTL" | sed -n 's/^.* => \([^ ]*libc\.[^ ]*\).*/\1/p')
	export LD_PRELOAD
	run_harmless --window 32bit sh -c 'echo $LD_PRELOAD'
	[ "$output" = "$(realpath "$harmless"):$LD_PRELOAD" ]
}
