#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# The table, read from another process.

load helpers

setup() {
	need python3
}

teardown() {
	[ -z "$guest" ] || kill "$guest" 2>/dev/null || true
}

# Starts sixteen threads that map and unmap until SIGUSR1; sets $guest.
start_race() {
	local fence=$1

	GUEST_WINDOW=$WINDOW VA_LIMIT=$WINDOW VA_LIMIT_FENCE=$fence VA_LIMIT_INSPECT=any \
		LD_PRELOAD="$VALIMIT_LIB" "$GUEST/race" 16 0 seen >"$BATS_TEST_TMPDIR/race" 3>&- &
	guest=$!
	until grep -qE '^Threads:\s*17$' "/proc/$guest/status"; do
		kill -0 "$guest"
		sleep 0.05
	done
}

stop_race() {
	kill -USR1 "$guest"
	until grep -q stopped "$BATS_TEST_TMPDIR/race"; do
		kill -0 "$guest"
		sleep 0.05
	done
}

@test "the table can be read while sixteen threads change it" {
	start_race off
	for _ in {1..20}; do
		"$VACTL" maps -J "$guest" >"$BATS_TEST_TMPDIR/maps.json"
		python3 - "$BATS_TEST_TMPDIR/maps.json" <<-'EOF'
			import json, sys
			found = json.load(open(sys.argv[1]))
			last = 0
			assert found["table"]
			for row in found["mappings"]:
			    start, end = int(row["start"], 16), int(row["end"], 16)
			    assert last <= start < end, "not in order: %x-%x" % (start, end)
			    last = end
			assert sum(row["kind"] == "guest" for row in found["mappings"]) > 16
		EOF
	done
	stop_race
}

# compare same|part: the guest's mappings in the table are the kernel's in the window, or a part
# of them where the kernel has placed more there.
compare() {
	"$VACTL" maps -J "$guest" >"$BATS_TEST_TMPDIR/maps.json"
	python3 - "$BATS_TEST_TMPDIR/maps.json" "/proc/$guest/maps" "$WINDOW" "$1" <<-'EOF'
		import json, sys
		def union(pairs):
		    out = []
		    for a, b in sorted(pairs):
		        if out and a <= out[-1][1]: out[-1][1] = max(out[-1][1], b)
		        else: out.append([a, b])
		    return out
		rows = json.load(open(sys.argv[1]))["mappings"]
		lower, upper = (int(x, 16) for x in sys.argv[3].split("-"))
		table = union((int(r["start"], 16), int(r["end"], 16)) for r in rows if r["kind"] == "guest")
		lines = [[int(x, 16) for x in line.split()[0].split("-")] for line in open(sys.argv[2])]
		kernel = union((a, b) for a, b in lines if a >= lower and b <= upper)
		for name, ours, others in ("table", table, kernel), ("kernel", kernel, table):
		    print("only in the %s:" % name, ["%x-%x" % tuple(x) for x in ours if x not in others])
		assert len(table) > 0
		if sys.argv[4] == "same":
		    assert table == kernel
		assert all(any(x <= a and b <= y for x, y in kernel) for a, b in table)
	EOF
}

@test "33: when the threads have stopped the table is the kernel's list" {
	start_race off
	sleep 0.5
	stop_race
	compare same
}

@test "33: and under a fence, where the kernel has put more into the window" {
	start_race on
	sleep 0.5
	stop_race
	compare part
}

@test "what the program maps outside on purpose shows in the table" {
	status=0
	GUEST_WINDOW=$WINDOW VA_LIMIT=$WINDOW VA_LIMIT_INSPECT=any LD_PRELOAD="$VALIMIT_LIB" \
		"$GUEST/calls" 'mmap 0x500000000 64K rw fixed' wait >"$BATS_TEST_TMPDIR/out" 3>&- &
	guest=$!
	until grep -q waiting "$BATS_TEST_TMPDIR/out"; do
		kill -0 "$guest"
		sleep 0.05
	done
	"$VACTL" maps "$guest" | grep -E '0x0*500000000 +0x0*500010000 +64K +guest'
}
