#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# The launcher itself: its mark, its settings, and other processes' view of a program that it
# has started.

load launch.bash

@test "the launcher bears its mark, needs nothing and moves only by itself" {
	need readelf
	[ "$(od -An -tx1 -j50 -N1 "$LAUNCH")" = " 56" ]
	run -0 readelf -dW "$LAUNCH"
	[[ $output != *NEEDED* && $output != *TEXTREL* ]]
	run -0 readelf -rW "$LAUNCH"
	[ "$(grep -c '^0' <<<"$output")" -eq "$(grep -c _RELATIVE <<<"$output")" ]
	run -0 readelf -lW "$LAUNCH"
	[[ $output != *INTERP* && $output != *" RWE "* ]]
}

@test "a copy brings settings of its own" {
	need python3
	python3 - "$LAUNCH" "$tmp/copy" <<-'END'
		import sys
		data = bytearray(open(sys.argv[1], 'rb').read())
		at = data.index(b'valimit-settings') + 16
		assert data.count(b'valimit-settings') == 1 and not any(data[at:at + 1024])
		text = b'VA_LIMIT=31bit\0VA_LIMIT_SEED=3\0'
		data[at:at + len(text)] = text
		open(sys.argv[2], 'wb').write(data)
	END
	chmod +x "$tmp/copy"
	run -0 env -i VA_LIMIT=4G-8G "$tmp/copy" "$GUEST/where" where
	lies_inside 31bit <<<"$output"
	run -0 env -i "$tmp/copy" "$(type -P env)" env
	[ -z "$output" ]
}

@test "vactl ps shows the reach" {
	need python3
	start 32bit -- sh -c 'echo ready; read -r wait'
	[ "$("$VACTL" ps --json | process "$target" reach)" = whole ]
	[ "$("$VACTL" ps --json -o +FENCE | process "$target" fence)" = on ]
}

@test "on top of the launcher's fence the library places, counts and carves" {
	launch_words() { env GUEST_WINDOW="$(bounds 32bit)" GUEST_FENCED=1 \
		"$VACTL" run --window 32bit "$@"; }
	for place in $PLACES; do
		run -0 launch_words --place $place -- "$GUEST/mallocs"
		run -0 launch_words --place $place -- "$GUEST/dlopens"
		run -0 launch_words --place $place -- "$GUEST/threads"
	done
	run -0 launch_words --host 'libc.so*' --guest /none -- "$GUEST/where"
}
