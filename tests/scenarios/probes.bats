#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# The library's static probes.

load helpers

bats_require_minimum_version 1.7.0

setup() {
	need readelf
	grep -q "^DEFS.*HAVE_SYS_SDT_H" "$BUILDDIR/Makefile" || skip "built without <sys/sdt.h>"
	library=$(realpath "$VALIMIT_LIB")
}

teardown() {
	[ -z "${guest-}" ] || kill "$guest" 2>/dev/null || true
}

# "NAME COUNT" of each, COUNT arguments, from the notes of a file.
probes_of() {
	readelf -nW "$1" | awk '/Provider: / { ours = /Provider: valimit$/ }
		ours && /Name: / { name = $2 }
		ours && /Arguments: / { print name, gsub(/@/, "") }' | sort
}

@test "each probe stands at one place, with the arguments that the manual has" {
	diff <(probes_of "$library") - <<-END
		escaped 2
		full 2
		learnt 2
		moved 4
		outside 3
		passed 3
		placed 4
	END
}

@test "the probes have no semaphores: nothing is computed for them alone" {
	semaphores=$(readelf -nW "$library" | sed -n 's/.*Semaphore: //p' | sort -u)
	[[ $semaphores =~ ^0x0+$ ]]
}

# at PROBE WINDOW ["VARIABLE VALUE"]... -- STATEMENT...: the arguments of the first
# hit, as gdb reads them, in $seen, and what the program told, in out.
at() {
	local probe=$1 set=(-ex "set env VA_LIMIT $2" -ex "set env GUEST_WINDOW $2")

	shift 2
	while [ "$1" != -- ]; do
		set+=(-ex "set env $1")
		shift
	done
	need gdb
	timeout 60 gdb -batch -ex 'set breakpoint pending on' -ex "set env LD_PRELOAD $library" \
		"${set[@]}" -ex "break -probe-stap valimit:$probe" -ex run \
		-ex 'printf "seen %#lx %#lx %#lx\n", $_probe_arg0, $_probe_arg1, $_probe_argc > 2 ? $_probe_arg2 : 0' \
		-ex delete -ex continue --args "$GUEST/calls" "${@:2}" >"$BATS_TEST_TMPDIR/out" 2>&1
	seen=$(sed -n 's/^seen //p' "$BATS_TEST_TMPDIR/out")
	[ -n "$seen" ] || fail "$(cat "$BATS_TEST_TMPDIR/out")"
}

told() {
	awk -v name="$1" '$1 == name { print $2; exit }' "$BATS_TEST_TMPDIR/out"
}

@test "gdb stops where a call is passed to the kernel, or placed" {
	at passed $WINDOW -- 'a=mmap 0 64K'
	[[ $seen == "$(told a) 0x10000 0x"* ]]
	at moved $WINDOW -- 'a=mmap 0 64K' 'b=mremap a 64K 2G maymove' 'c=mremap a 64K 32K maymove'
	[[ $seen == "$(told a) $(told a) 0x8000" || $seen == *" $(told a) 0x80000000" ]]
	at placed $WINDOW 'VA_LIMIT_FENCE off' -- 'a=mmap 0 64K'
	[ "$seen" = "$(told a) 0x10000 0x1" ]
}

@test "gdb stops at an obstacle, an escape, a demand outside and where there is no room" {
	at learnt $WINDOW 'VA_LIMIT_FENCE off' 'VA_LIMIT_BASE 0x230000000' -- \
		'raw.mmap lower+767M 1M rw fixed' 'mmap 0 64K'
	[ "$seen" = "0x22ff00000 0x230000000 0" ]
	at full $SMALL 'VA_LIMIT_FENCE off' -- 'mmap 0 64K' 'mmap 0 2G'
	[[ $seen == "0x80000000 0x3f"* ]]
	at escaped $WINDOW 'VA_LIMIT_ALIGN 64K' -- \
		'raw.mmap 0x600000000 64K rw fixed' 'mmap 0 2G'
	[ "$seen" = "0x600000000 0x600010000 0" ]
	at outside $WINDOW -- 'mmap 0x500000000 64K rw fixed'
	[[ $seen == "0x500000000 0x500010000 0x"* ]]
}

@test "bpftrace reads them in a running program" {
	need bpftrace
	need python3
	[ "$(id -u)" -eq 0 ] || skip "bpftrace needs root"
	timeout 20 bpftrace -e 'BEGIN { exit(); }' >/dev/null 2>&1 || skip "no BPF here"
	python=$(python_path)
	env VA_LIMIT=$WINDOW LD_PRELOAD="$library" "$python" -c 'import mmap, time
for i in range(600):
    mmap.mmap(-1, 65536)
    time.sleep(0.05)' 3>&- &
	guest=$!
	timeout 60 bpftrace -p $guest -e \
		"usdt:$library:valimit:passed /arg1 == 65536/ { printf(\"passed %lx %d\\n\", arg0, arg1); exit(); }" \
		>"$BATS_TEST_TMPDIR/seen" 2>"$BATS_TEST_TMPDIR/error" || true
	grep -qE '^passed 2[0-9a-f]{8} 65536$' "$BATS_TEST_TMPDIR/seen" ||
		fail "$(cat "$BATS_TEST_TMPDIR/seen" "$BATS_TEST_TMPDIR/error")"
}

@test "without the header there are no probes, and all else is built" {
	need cc
	cc -D_GNU_SOURCE -std=gnu11 -O2 -fPIC -I"$SRCDIR/lib" -Wall -Wextra -Werror -c \
		-o "$BATS_TEST_TMPDIR/event.o" "$SRCDIR/lib/table/event.c"
	[ -z "$(probes_of "$BATS_TEST_TMPDIR/event.o")" ]
	cc -D_GNU_SOURCE -DHAVE_SYS_SDT_H -std=gnu11 -O2 -fPIC -I"$SRCDIR/lib" -Wall -Wextra -Werror \
		-c -o "$BATS_TEST_TMPDIR/event.o" "$SRCDIR/lib/table/event.c"
	[ "$(probes_of "$BATS_TEST_TMPDIR/event.o" | wc -l)" -eq 4 ]
}
