#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# Core files: vactl shows a core as it showed the process, and refuses a file that is no core,
# or not a whole one, with a reason.

load vactl.bash

# A confined process with mappings on both sides, as $target.
start_guest() {
	ulimit -s 1024 # it is in the core
	ulimit -c unlimited
	start "${1:-on}" 'mmap 0x500000000 64K rw fixed' 'mmap 0x210000000 64K rw fixed'
}

# A debugger's core of it, as $core.
debugger_core() {
	command -v gcore >/dev/null || skip "gcore is not installed"
	gcore -o "$tmp/core" "$target" >/dev/null 2>&1
	core=$tmp/core.$target
}

# The kernel's.
kernel_core() {
	[ "$(cat /proc/sys/kernel/core_pattern)" = core ] || skip "core files go elsewhere here"
	kill -ABRT "$target"
	wait "$target" || true
	core=$(echo "$tmp"/core*)
	[ -s "$core" ] || skip "the kernel writes no core files here"
}

# The table's part: the lists of both may be cut differently.
table_of() {
	"$VACTL" maps -rno START,END,KIND,PERM "$1" | grep -E ' (guest|own) ' | tr -d 'ps?-'
}

@test "maps of a debugger's core are those of the process" {
	for fence in on off; do
		start_guest $fence
		debugger_core
		table_of "$target" >"$tmp/live"
		grep -q 0x000500000000 "$tmp/live"
		diff "$tmp/live" <(table_of "$core")
		"$VACTL" maps -J "$core" | python3 -m json.tool >"$tmp/json"
		[ "$(member "['pid']" <"$tmp/json")" -eq "$target" ]
		[ "$(member "['consistent']" <"$tmp/json")" = True ]
		[ "$(member "['kinds']['fence']['bytes'] > 0" <"$tmp/json")" = \
			"$([ $fence = on ] && echo True || echo False)" ]
	done
}

@test "maps of the kernel's core are those of the process" {
	start_guest
	table_of "$target" >"$tmp/live"
	kernel_core
	diff "$tmp/live" <(table_of "$core")
	"$VACTL" maps "$core" | grep -q "guest .*calls\|/memfd:valimit"
}

@test "a core of a process that is not confined" {
	start_guest
	kill -KILL "$target"
	sleep 60 3>&- &
	target=$!
	started="$started $target"
	debugger_core
	run --separate-stderr "$VACTL" maps "$core"
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	"$VACTL" maps -rno START,FILE "$core" | grep -q '/sleep$'
	run --separate-stderr "$VACTL" plot -s "$tmp/none" "$core"
	[ "$status" -eq 1 ]
	says "core file $core has no table of valimit: the process was not confined"
}

@test "a core that is cut short is refused, wherever the cut is" {
	start_guest
	debugger_core
	size=$(stat -c %s "$core")
	for part in 0 10 63 64 100 500 4000 20000 100000 $((size / 2)); do
		head -c "$part" "$core" >"$tmp/cut"
		run --separate-stderr "$VACTL" maps "$tmp/cut"
		[ "$status" -le 1 ]
		if [ "$status" -eq 1 ]; then
			[ -z "$output" ]
			says "$tmp/cut"
			[[ $stderr != *"not confined"* ]]
		fi
	done
	run --separate-stderr "$VACTL" maps "$tmp/cut"
	head -c 100000 "$core" >"$tmp/cut"
	run --separate-stderr "$VACTL" maps "$tmp/cut"
	[ "$status" -eq 1 ]
	says "is cut short"
	says "100000 of "
	says "ulimit -c"
}

@test "a core whose private memory was not dumped is told from a damaged one" {
	start_guest
	echo 0 >"/proc/$target/coredump_filter"
	kernel_core
	run --separate-stderr "$VACTL" maps "$core"
	[ "$status" -eq 1 ]
	says "left out"
	says "coredump_filter"
}

@test "what is no core is refused with a reason" {
	while read -r path said; do
		run --separate-stderr timeout 10 "$VACTL" maps "$path"
		[ "$status" -eq 1 ]
		[ -z "$output" ]
		says "$said"
	done <<-END
		/bin/sh it is an ELF file, but no core
		$BATS_TEST_FILENAME it is no ELF file
		$tmp it is no regular file
		/dev/zero it is no regular file
		$tmp/missing is not a process ID, and cannot be read as a core file: No such file or directory
		$BATS_TEST_FILENAME/core is not a process ID, and cannot be read as a core file: Not a directory
		0 is not a process ID and no core file
	END
	mkfifo "$tmp/pipe"
	run --separate-stderr timeout 10 "$VACTL" maps "$tmp/pipe"
	[ "$status" -eq 1 ]
	says "it is no regular file"
}

# Overwrites bytes of a file: AT in decimal, BYTES as printf has them.
poke() {
	printf "$3" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}

@test "a core of another machine is refused; one of a known machine is read" {
	start_guest
	debugger_core
	cp --sparse=always "$core" "$tmp/other"
	poke "$tmp/other" 18 '\x03\x00' # i386
	run --separate-stderr "$VACTL" maps "$tmp/other"
	[ "$status" -eq 1 ]
	says "of a machine that valimit does not know"
	for machine in '\xb7\x00' '\xf3\x00' '\x3e\x00'; do
		poke "$tmp/other" 18 "$machine"
		"$VACTL" maps "$tmp/other" >/dev/null
	done
	poke "$tmp/other" 5 '\x02' # big endian
	run --separate-stderr "$VACTL" maps "$tmp/other"
	[ "$status" -eq 1 ]
}

@test "a core that was changed does no harm" {
	start_guest
	debugger_core
	seed=${TEST_SEED:-$RANDOM}
	echo "# seed $seed: TEST_SEED=$seed replays it" >&3
	for round in {1..40}; do
		python3 - "$core" "$tmp/changed" "$seed$round" <<-'EOF'
			import random, sys
			dice = random.Random(sys.argv[3])
			data = bytearray(open(sys.argv[1], "rb").read(64 << 10))
			for _ in range(dice.randint(1, 40)):
			    data[dice.randrange(dice.choice((64, 4096, len(data))))] = dice.choice((0, 255, dice.randrange(256)))
			open(sys.argv[2], "wb").write(data)
		EOF
		run timeout 20 "$VACTL" maps -J "$tmp/changed"
		[ "$status" -le 1 ]
	done
}
