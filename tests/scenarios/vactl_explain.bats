#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# vactl explain: its text for an address.

load vactl.bash

# explains ADDRESS TEXT...: the text about $target has all of them.
explains() {
	local address=$1

	shift
	run --separate-stderr "$VACTL" explain "$target" "$address"
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	for text in "$@"; do
		[[ $output == *"$text"* ]] || {
			printf 'not said: %s\n%s\n' "$text" "$output"
			return 1
		}
	done
	"$VACTL" explain -J "$target" "$address" | python3 -m json.tool >/dev/null
}

@test "explain: a guest's mapping, with its caller and number" {
	start off 'mmap 0x220000000 64K rw fixed' 'mmap 0x210000000 64K rw fixed'
	explains 0x210000123 "0x000210000123 is mapped: guest, inside the window" \
		"in       0x000210000000-0x000210010000, 64K" "mapping  rw-" \
		" in $GUEST/calls" "when     operation 2 of 2" "because  calls are guests' unless" \
		"a guest  could only replace it, with MAP_FIXED"
	explains 0x220000000 "operation 1 of 2"
}

@test "explain: mappings that the kernel places have no recorded caller" {
	start on 'mmap 0x210000000 64K rw fixed'
	explains 0x210000000 "is mapped: guest" "while the fence stands" "the caller and the time are not recorded"
	[[ $output != *"when "* ]]
}

@test "explain: a guest's mapping outside was demanded" {
	start on 'mmap 0x500000000 64K rw fixed'
	explains 0x500000000 "is mapped: guest, outside the window" \
		"because  a guest demanded addresses outside the window, with MAP_FIXED" \
		"in $GUEST/calls"
}

@test "explain: a host's mapping, and why it is one" {
	start on VA_LIMIT_HOST=foo:calls 'mmap 0x500000000 64K rw fixed'
	explains 0x500000000 "is mapped: host" "VA_LIMIT_HOST=foo:calls has the file that called"
	start off 'VA_LIMIT_GUEST=lib*' 'mmap 0x500000000 64K rw fixed'
	explains 0x500000000 "is mapped: host" "VA_LIMIT_GUEST=lib* does not have the file"
	start off VA_LIMIT_GUEST=calls 'mmap 0x210000000 64K rw fixed'
	explains 0x210000000 "is mapped: guest" "VA_LIMIT_GUEST=calls has the file"
}

@test "explain: what was there from the start, and what was not seen" {
	start off 'raw.mmap 0x500000000 64K rw fixed'
	explains 0x500000000 "is mapped: unknown, outside the window" "only the kernel has it"
	code=$("$VACTL" maps -rno START,PERM,FILE "$target" | awk '/ r-xp .*calls$/ { print $1; exit }')
	explains "$code" "is mapped: other" "because  it was there before the library" \
		"mapping  r-xp image $GUEST/calls"
}

@test "explain: free addresses, and the calls that get them" {
	start off 'mmap 0x210000000 64K rw fixed'
	explains 0x200000000 "is free, inside the window" "gap      0x000200000000-0x000210000000, 256M" \
		"a guest  gets it with a hint" "a host   gets it with MAP_FIXED or a range"
	explains 0x23fffffff "gap      0x000210010000-0x000240000000"
	explains 0x500000000 "is free, outside the window" "no fence stands" \
		"a guest  gets it with MAP_FIXED" "a host   gets it with a hint"
}

@test "explain: the fence, a hole in it, and a sealed one" {
	start on 'raw.munmap 0x500000000 64K'
	explains 0x600000000 "is mapped: fence, outside the window" "reserved" \
		"a guest  gets it with MAP_FIXED" "a host   gets it with a hint"
	explains 0x500000000 "is free, outside the window" "the fence has a hole here"
	if [ "$(printf '%s\n' 6.10 "$(uname -r)" | sort -V | head -n 1)" = 6.10 ]; then
		start sealed 'mmap 0 4K'
		explains 0x600000000 "is mapped: fence" "a guest  cannot: the fence is sealed"
	fi
}

@test "explain: the window's top that is kept back" {
	confines=32bit
	start on 'mmap 0 4K'
	explains 0xfffff000 "is mapped: fence, inside the window" "kept back of the window's top" \
		"a guest  gets it"
}

@test "explain: addresses that no mapping gets" {
	local top=0x7ffffffff000 beyond=2^47

	# Of 48 bits, or of 52.
	[ "$(uname -m)" = x86_64 ] || top=0x1000000000000 beyond=2^52
	start on 'mmap 0 4K'
	explains 0 "is out of reach" "vm.mmap_min_addr" "a guest  cannot"
	explains 0xffffffffff600000 "is out of reach" "user space ends at $top" \
		"a host   cannot"
	explains $beyond "is out of reach"
}

@test "explain: the guard gap below a growing mapping" {
	start off 'mmap 0x210000000 64K rw fixed,growsdown'
	explains 0x20ffff000 "is out of reach: guard" "the stack above it grows into it" \
		"with MAP_FIXED only, and the stack's growth"
}

@test "explain: the library's own memory" {
	start on 'mmap 0 4K'
	own=$("$VACTL" maps -rno START --kind own "$target" | head -n 1)
	explains "$own" "is mapped: own" "the library's own memory" "a guest  cannot"
}

@test "explain: of a process that is not confined, where any call is like another" {
	publish none
	code=$("$VACTL" maps -rno START,PERM,FILE "$target" | awk '/ r-xp .*faketable$/ { print $1; exit }')
	explains "$code" "is mapped: unknown"$'\n' "mapping  r-xp image $GUEST/faketable" \
		"because  only the kernel's list tells of it" "a call   could only replace it"
	explains 0x10000000 "is free"$'\n' "a call   gets it with a hint"
	[[ $output != *guest* ]]
	explains 0xffffffffff600000 "is out of reach"
}

@test "explain: JSON has what the text has" {
	start off 'mmap 0x210000000 64K rw fixed'
	"$VACTL" explain --json "$target" 0x210000fff >"$tmp/json"
	[ "$(member "['state']" <"$tmp/json")" = mapped ]
	[ "$(member "['kind']" <"$tmp/json")" = guest ]
	[ "$(member "['inside']" <"$tmp/json")" = True ]
	[ "$(member "['start']" <"$tmp/json")" = 0x000210000000 ]
	[ "$(member "['size']" <"$tmp/json")" -eq 65536 ]
	[ "$(member "['when']" <"$tmp/json")" -eq 1 ]
	"$VACTL" explain --json "$target" 0x200000000 >"$tmp/json"
	[ "$(member "['kind']" <"$tmp/json")" = None ]
	[ "$(member "['state']" <"$tmp/json")" = free ]
	run "$VACTL" explain --bytes "$target" 0x200000000
	[[ $output == *", 268435456"* ]]
}

@test "explain: of a core too" {
	command -v gcore >/dev/null || skip "gcore is not installed"
	ulimit -s 1024
	start off 'mmap 0x210000000 64K rw fixed'
	gcore -o "$tmp/core" "$target" >/dev/null 2>&1
	run --separate-stderr "$VACTL" explain "$tmp/core.$target" 0x210000000
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output == *"is mapped: guest"*" in $GUEST/calls"*"operation 1 of 1"* ]]
}

@test "explain: what is no address is refused, and what cannot be read" {
	publish none
	for word in x 0x "" 12q -- 0x10000000000000000; do
		run --separate-stderr "$VACTL" explain "$target" "$word"
		[ "$status" -eq 1 ]
		[ -z "$output" ]
		says "see 'vactl explain --help'"
	done
	run --separate-stderr "$VACTL" explain "$target"
	[ "$status" -eq 1 ]
	says "needs PID|CORE ADDRESS"
}

@test "explain: a hostile table does no harm" {
	for seed in {1..20}; do
		publish hostile "$seed"
		for address in 0 0x40000000 0x40004000 0x100000000 0x7ffffffff000 0xffffffffffffffff; do
			run timeout 20 "$VACTL" explain -J "$target" "$address"
			[ "$status" -le 1 ]
		done
		kill -KILL "$target"
		wait "$target" 2>/dev/null || true
	done
}
