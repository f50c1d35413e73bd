#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# Real programs in three windows. watchmaps looks at /proc/PID/maps of the
# program and of all that it starts, and not at the library's own table.

load helpers
load ../matrix/programs

WINDOWS=(32bit 0x100000000-0x400000000000 0x7f0000000000-0x80000000)

setup() {
	cd "$BATS_TEST_TMPDIR"
	export HOME=$BATS_TEST_TMPDIR GIT_CONFIG_NOSYSTEM=1
	plain $WINDOW watchmaps 0x0-0x0 report true || skip "may not trace"
}

# in_each_window PROGRAM...: runs it by vactl in each window. The program must end well, with at
# least one confined process and no mapping outside.
in_each_window() {
	local status=0

	for window in "${WINDOWS[@]}"; do
		timeout -k 5 120 "$GUEST/watchmaps" "$(bounds "$window")" report \
			"$VACTL" run --window "$window" --reach process -- "$@" >out 2>err || status=$?
		[ "$status" -eq 0 ] || fail "in $window: status $status" "$(head -n 20 report)" "$(cat out err)"
		grep -q '^checked [1-9]' report || fail "in $window: nothing was confined"
		[ ! -s err ] || fail "in $window: $(cat err)"
	done
}

@test "watchmaps -n lists what processes without the library have outside, children too" {
	"$GUEST/watchmaps" -n 0x0-0x1 report bash -c '(:); exit 3' || status=$?
	[ "$status" -eq 3 ]
	[ "$(grep -c '\[stack\]' report)" -eq 2 ]
	grep -qE '^[0-9]+: [0-9a-f]+-[0-9a-f]+ r-xp .*/bash$' report
	"$GUEST/watchmaps" -n 0x0-0xfffffffffffff000 report true
	refute grep : report
	grep -qx 'checked 1' report
}

@test "python3 with threads, ctypes and children" {
	make_python
	"$python" test.py >plain
	in_each_window "$python" test.py
	diff plain out
}

@test "python3 importing json, ssl and threading" {
	need python3
	python=$(python_path)
	"$python" -c 'import json, ssl, threading' || skip "this python3 has no ssl"
	in_each_window "$python" -c 'import json, ssl, threading'
}

@test "perl" {
	need perl
	in_each_window perl -MPOSIX -e '
		my %h = map { $_ => "x" x ($_ % 100) } 1 .. 100000;
		my $big = "y" x (64 << 20);
		my $pid = fork;
		if (!$pid) { my $s = 0; $s += length $h{$_} for keys %h; exit($s == 4950000 ? 0 : 1) }
		waitpid $pid, 0;
		die "child" if $?;
		my @sorted = sort { $a <=> $b } keys %h;
		print length($big) + @sorted, "\n"'
	[ "$(cat out)" = 67208864 ]
}

@test "bash pipelines" {
	in_each_window bash -c '
		set -e -o pipefail
		n=$(seq 1 20000 | sort -R | awk "{ print \$1 % 7 }" | sort | uniq -c | wc -l)
		for i in 1 2 3 4 5; do (echo $i | sed s/./x/ | tr x y | cat) & done >/dev/null
		wait
		cat <(echo one) <(echo two) | paste -sd+ | sed "s/\$/+$n/"'
	[ "$(cat out)" = one+two+7 ]
}

@test "git init, commit, clone and gc" {
	need git
	cat >test.sh <<-'EOF'
		set -e
		rm -rf a b
		git init -q a
		cd a
		git config user.email test@example.org
		git config user.name test
		for i in 1 2 3; do
			seq $i 5000 >file$i
			git add .
			git commit -q -m $i
		done
		cd ..
		git clone -q a b
		git -C b gc -q
		git -C b fsck --no-progress
		git -C b log --oneline | wc -l
	EOF
	in_each_window sh test.sh
	[ "$(tail -n 1 out)" -eq 3 ]
}

@test "gcc compiling, and the program that it makes" {
	need gcc
	cat >test.c <<-'EOF'
		#include <stdio.h>
		#include <stdlib.h>
		int main(void) { puts(getenv("HOME") ? "good" : "bad"); }
	EOF
	in_each_window sh -c 'gcc -O2 -g -o test test.c && ./test'
	[ "$(cat out)" = good ]
}

@test "sqlite3 with a mapped database" {
	need sqlite3
	in_each_window sqlite3 test.db 'PRAGMA mmap_size=268435456; DROP TABLE IF EXISTS t;
		CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT);
		WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50000)
		INSERT INTO t SELECT i, hex(i * 7919) FROM n;
		CREATE INDEX x ON t (b); SELECT count(*) FROM t WHERE b > 3; VACUUM; SELECT sum(a) FROM t;'
	[ "$(tail -n 1 out)" = 1250025000 ]
}

@test "node with worker threads and large buffers" {
	need node
	cat >test.js <<-'EOF'
		const { Worker, isMainThread, parentPort } = require('worker_threads');
		if (isMainThread) {
			let left = 3;
			const buffer = Buffer.alloc(64 << 20, 1);
			for (let i = 0; i < 3; i++)
				new Worker(__filename).on('message', (n) => {
					if (n !== 499999500000) process.exit(1);
					if (--left === 0) console.log(buffer.length);
				});
		} else {
			const a = Array.from({ length: 1000000 }, (_, i) => i);
			parentPort.postMessage(a.reduce((x, y) => x + y));
		}
	EOF
	in_each_window node test.js
	[ "$(cat out)" = 67108864 ]
}
