#!/bin/bash
# SPDX-License-Identifier: MIT
#
# scale.sh PROGRAM [ARGUMENT...]: runs it where a process may have 1,200,000 mappings.
# The kernel's limit, vm.max_map_count, is one for the whole machine. It is raised for so
# long, which needs root, and put back at the end and on signals; nothing but SIGKILL of
# this script leaves it raised. Programs that run meanwhile may map more and no less.
# MAX_MAP_COUNT names another file than the kernel's, for tests.

set -eu

limit=${MAX_MAP_COUNT:-/proc/sys/vm/max_map_count}
wanted=1200000
before=$(cat "$limit")
child=

put_back() {
	trap '' HUP INT TERM
	[ -z "$child" ] || kill "$child" 2>/dev/null || true
	echo "$before" >"$limit"
	echo "vm.max_map_count is $before again" >&2
}

if [ "$before" -lt $wanted ]; then
	[ -w "$limit" ] ||
		{ echo "scale.sh: $limit says $before; raising it needs root" >&2; exit 77; }
	trap put_back EXIT
	trap 'exit 129' HUP
	trap 'exit 130' INT
	trap 'exit 143' TERM
	echo "vm.max_map_count: $before, raised to $wanted for this run" >&2
	echo $wanted >"$limit"
fi
# In the background: a trap runs at once then, and not when the program has ended.
"$@" &
child=$!
status=0
wait $child || status=$?
child=
exit $status
