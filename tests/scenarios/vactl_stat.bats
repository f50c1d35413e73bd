#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# vactl stat: counters and totals.

load vactl.bash

# stat MEMBER...: members of the JSON of $target, in one line.
stat_of() {
	"$VACTL" stat -J "$target" >"$tmp/json"
	for name in "$@"; do
		member "$name" <"$tmp/json"
	done | paste -sd' '
}

@test "stat: calls by name and outcome, as they were made" {
	for fence in on off; do
		start $fence 'a=mmap 0 64K' 'b=mmap 0 64K' 'munmap a 64K' 'mmap 0 0 -> EINVAL' \
			'mmap 0x210000000 64K rw fixed' 'mmap 0x210000000 64K rw noreplace -> EEXIST' \
			'munmap b 0 -> EINVAL' 'mremap b 64K 4K'
		[ "$(stat_of "['calls_by_outcome']['mmap']['placed']" \
			"['calls_by_outcome']['mmap']['fixed']" \
			"['calls_by_outcome']['mmap']['EINVAL']" \
			"['calls_by_outcome']['mmap']['EEXIST']" \
			"['calls_by_outcome']['munmap']['done']" \
			"['calls_by_outcome']['munmap']['EINVAL']" \
			"['calls_by_outcome']['mremap']['in_place']")" = "2 1 1 1 1 1 1" ]
		[ "$(stat_of "['calls']")" -eq 8 ]
	done
	run "$VACTL" stat "$target"
	[[ $output =~ mmap\ +5:\ placed\ 2,\ fixed\ 1 ]]
	[[ $output =~ munmap\ +2:\ done\ 1,\ EINVAL\ 1 ]]
	[[ $output != *shmat* ]]
}

@test "stat: fixed mappings outside, with the latest address and its caller" {
	start on 'mmap 0x500000000 64K rw fixed' 'mmap 0x600000000 64K rw fixed'
	[ "$(stat_of "['fixed_outside']" "['fixed_outside_address']")" = "2 0x000600000000" ]
	caller=$(stat_of "['fixed_outside_caller']")
	"$VACTL" maps -rno START,END,FILE "$target" | grep "/calls$" | awk -v at="$caller" \
		'$1 <= at && at < $2 { found = 1 } END { exit !found }'
	start on VA_LIMIT_FIXED=deny 'mmap 0x500000000 64K rw fixed -> ENOMEM'
	[ "$(stat_of "['fixed_denied']" "['fixed_outside']" "['fixed_outside_address']")" = "1 0 None" ]
}

@test "stat: what the library met unseen is counted" {
	# Wherever 600 MiB of the window's 1 GiB lie, its middle is among them.
	start off 'raw.mmap 0x220000000 64K rw fixed' 'mmap 0 600M -> ENOMEM'
	[ "$(stat_of "['retries'] > 0" "['learnt'] > 0" "['no_space']" "['rescans'] > 1")" = \
		"True True 1 True" ]
}

@test "stat: window use, gaps and fragmentation are those of the mappings" {
	start off 'mmap 0x200000000 256M rw fixed' 'mmap 0x220000000 256M rw fixed'
	[ "$(stat_of "['window_use']['size']" "['window_use']['used']" "['window_use']['free']" \
		"['window_use']['gaps']" "['window_use']['largest_gap']" \
		"['window_use']['fragmentation']")" = \
		"1073741824 536870912 536870912 2 268435456 0.5" ]
	[ "$(stat_of "['kinds']['guest']['bytes']" "['kinds']['guest']['count']")" = "536870912 2" ]
	run "$VACTL" stat "$target"
	[[ $output =~ in\ use\ +512M\ of\ 1G\ \(50.0%\) ]]
	[[ $output =~ largest\ gap\ +256M\ at\ 0x000210000000 ]]
	[[ $output =~ fragmentation[a-z\ ]+50.0% ]]
	run "$VACTL" stat --bytes "$target"
	[[ $output =~ in\ use\ +536870912\ of\ 1073741824\ \(50.0%\) ]]
}

@test "stat: both spans of a wrapped window, and both together" {
	confines=64T-1G
	start on 'mmap 0x10000000 64K rw fixed'
	"$VACTL" stat -J "$target" >"$tmp/json"
	python3 - "$tmp/json" <<-'EOF'
		import json, sys
		found = json.load(open(sys.argv[1]))
		low, high = found["spans"]
		assert int(low["end"], 16) == 1 << 30 and int(high["start"], 16) == 1 << 46
		assert low["used"] == 65536
		for name in "size", "used", "free", "gaps", "kept":
		    assert low[name] + high[name] == found["window_use"][name], name
		for use in low, high:
		    assert use["used"] + use["kept"] + use["free"] == use["size"]
	EOF
	run "$VACTL" stat "$target"
	[[ $output == *"Both together:"* ]]
}

@test "stat: one is one gap" {
	start off
	run "$VACTL" stat "$target"
	[[ $output == *"1G in 1 gap"$'\n'* ]]
}

@test "stat: the tree and its memory" {
	start off
	[ "$(stat_of "['height']")" -eq 1 ]
	before=$(stat_of "['table_bytes']")
	many=()
	for i in {0..299}; do
		many+=("mmap $((0x200000000 + i * 8192)) 4K rw fixed")
	done
	start off "${many[@]}"
	[ "$(stat_of "['height'] > 1" "['intervals'] > 300" "['table_bytes'] > $before")" = \
		"True True True" ]
}

@test "stat: a process that is not confined has all of user space, and no calls" {
	publish none
	run -0 "$VACTL" stat "$target"
	[ "${lines[1]}" = "not confined, or by the launcher's fence alone" ]
	[[ $output != *Calls:* ]]
	[ "$(stat_of "['window_use']['size'] >= 1 << 38" "['window_use']['used'] == (
		sum(kind['bytes'] for kind in json.load(open('$tmp/json'))['kinds'].values()))" \
		"['vmas'] == $(grep -cv vsyscall "/proc/$target/maps")")" = "True True True" ]
}

@test "stat: a core has the figures that the process had" {
	command -v gcore >/dev/null || skip "gcore is not installed"
	ulimit -s 1024
	start on 'mmap 0x500000000 64K rw fixed' 'mmap 0 64K'
	"$VACTL" stat -J "$target" >"$tmp/live"
	gcore -o "$tmp/core" "$target" >/dev/null 2>&1
	"$VACTL" stat -J "$tmp/core.$target" >"$tmp/dead"
	python3 - "$tmp/live" "$tmp/dead" "$tmp/core.$target" <<-'EOF'
		import json, sys
		live, dead = json.load(open(sys.argv[1])), json.load(open(sys.argv[2]))
		assert live["core"] is None and dead["core"] == sys.argv[3]
		for name in ("pid", "window", "reach", "fence", "calls", "calls_by_outcome",
		             "fixed_outside", "fixed_outside_address", "fixed_outside_caller"):
		    assert live[name] == dead[name], name
		assert dead["kinds"]["guest"] and dead["kinds"]["fence"]["bytes"] > 1 << 46
	EOF
	run "$VACTL" stat "$tmp/core.$target"
	echo "${lines[0]}"
	[[ ${lines[0]} == "core file $tmp/core.$target: "*calls* ]]
}

@test "stat: a command line with escapes cannot reach the terminal" {
	cp "$GUEST/faketable" "$tmp/fake"
	(exec -a $'\e]0;owned\a\x9b31m\u202e\u009b' "$tmp/fake" good 1 >"$tmp/ready" 3>&-) &
	target=$!
	started=$target
	awaits "$target" test -s "$tmp/ready"
	for locale in C C.UTF-8; do
		for command in "stat $target" "stat -J $target" "ps" "ps -J"; do
			LC_ALL=$locale "$VACTL" $command >"$tmp/text"
			python3 - "$tmp/text" <<-'EOF'
				import sys
				text = open(sys.argv[1], encoding="utf-8").read()
				bad = [c for c in text if (ord(c) < 32 and c != "\n") or 127 <= ord(c) < 160
				       or c in "\u202e"]
				assert not bad, bad
			EOF
		done
	done
}

@test "stat: numbers that cannot be true are printed and no more" {
	for seed in {1..40}; do
		publish hostile "$seed"
		run --separate-stderr "$VACTL" stat -J "$target"
		[ "$status" -le 1 ]
		[ "$status" -eq 1 ] || python3 -m json.tool <<<"$output" >/dev/null
		run "$VACTL" stat "$target"
		[ "$status" -le 1 ]
		kill -KILL "$target"
		wait "$target" 2>/dev/null || true
	done
}

@test "stat: what cannot be read is refused as maps refuses it" {
	run --separate-stderr "$VACTL" stat
	[ "$status" -eq 1 ]
	says "needs PID|CORE"
	publish good 1
	run --separate-stderr "$GUEST/faketable" denied "$VACTL" stat "$target"
	[ "$status" -eq 1 ]
	says "ptrace_scope"
}
