#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# Every command that looks into a process, at processes that are wrong in every way: it ends,
# with a documented status, and its output is clean.

load vactl.bash

looks() {
	cat <<-END
		maps -o +CALLER,OWNER,RSS $target
		maps -J $target
		stat $target
		stat -J $target
		check $target
		check -J $target
		explain $target 0x40000000
		explain -J $target 0x7fff00000000
		plot --file $tmp/plot.svg $target
		ps
	END
}

# Runs all of them; $1: a text that each says that fails.
look_at_target() {
	while read -r arguments; do
		run --separate-stderr timeout 60 "$VACTL" $arguments
		[ "$status" -eq 0 ] || [ "$status" -eq 1 ] || [ "$status" -eq 125 ] ||
			fail_with "$arguments"
		! LC_ALL=C grep -q $'[\x01-\x09\x0b-\x1f\x7f]' <<<"$output$stderr" ||
			fail_with "$arguments"
		for line in "${stderr_lines[@]}"; do
			[[ $line == "vactl: "* ]] || fail_with "$arguments"
		done
		if [ -n "${1-}" ] && [[ $arguments != ps ]]; then
			[ "$status" -ne 0 ] || fail_with "$arguments"
			[[ $stderr == *"$1"* ]] || fail_with "$arguments"
		fi
	done < <(looks)
}

fail_with() {
	printf 'vactl %s: status %s\n%s\n%s\n' "$1" "$status" "$output" "$stderr"
	return 1
}

@test "a table that is none, of another version, cut short, or noise" {
	publish none
	look_at_target
	publish version
	look_at_target "layout version"
	publish short
	look_at_target "no table that can be believed"
	publish noise 7
	look_at_target "no table that can be believed"
}

@test "a table with a writer that stopped in the middle" {
	publish stuck
	look_at_target
}

@test "tables with random bytes changed" {
	first=${TEST_SEED:-$RANDOM}
	echo "# seed $first: TEST_SEED=$first replays it" >&3
	for ((seed = first; seed < first + 8; seed++)); do
		publish hostile "$seed"
		look_at_target
		kill -KILL "$target"
		wait "$target" 2>/dev/null || true
	done
}

@test "a process that ends while it is looked at" {
	for i in {1..5}; do
		publish churn 2000 2
		(sleep "0.0$i"; kill -KILL "$target") 3>&- &
		look_at_target
		wait "$target" 2>/dev/null || true
		look_at_target "no such process"
	done
}

@test "another user's process: the remedy, from every command" {
	[ "$(id -u)" -eq 0 ] || skip "needs root"
	open_folder
	VACTL="setpriv --reuid=65534 --regid=65534 --clear-groups $folder/vactl"
	publish good 1
	while read -r arguments; do
		[[ $arguments != ps ]] || continue
		run --separate-stderr timeout 60 $VACTL $arguments
		[ "$status" -ne 0 ]
		[ -z "$output" ]
		says "run vactl as the same user or as root"
	done < <(looks)
	run --separate-stderr $VACTL ps
	rm -r "$folder"
	[ "$status" -eq 0 ]
	[[ $output != *"$target "* ]]
}
