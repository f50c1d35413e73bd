#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# Every system call of the library fails, one at a time and with every error
# that its manual page lists, in every kind of call; and from every moment of it
# on the table cannot be had, as for a handler that interrupts its holder. Each
# time the table is then what the kernel has, all that was mapped is mapped still
# with its contents and protection, no placeholder is left, the fence has no hole,
# and the next call works.
#
# A failure is replayed by: tests/faults/faults BED 'SCENE' N ERRNO, with
# ERRNO 0 for the table. With --hosts a second thread maps meanwhile, outside, and
# looks at its memory.

load helpers

setup() {
	[ "$PAGE" -eq 4096 ] || skip "the scenes are made of pages of 4 KiB"
}

faults() {
	local out

	out=$(timeout -k 5 300 "$BUILDDIR/tests/faults/faults" "$@" 2>&1) || {
		grep -vE '^ok ' <<<"$out"
		return 1
	}
	echo "# $*: $(sed -n 's/^# injected //p' <<<"$out") failures injected$(
		sed -n 's/^# left \([1-9].*\)/, after \1 of munmap a placeholder stayed and is in the table/p' <<<"$out")" >&3
}

@test "failures with reach calls lose nothing" {
	faults calls
}

@test "failures where the kernel places under a fence lose nothing" {
	faults fence
}

@test "failures where the library places under a fence lose nothing" {
	faults placed
}

@test "failures under a sealed fence lose nothing" {
	kernel_at_least 6.10
	faults sealed
	faults sealed start
}

@test "failures in a wrapped window lose nothing" {
	faults wrapped
}

@test "failures on a kernel that must be asked by reading its list lose nothing" {
	faults noquery
}

@test "failures without /proc lose nothing" {
	faults noproc
}

@test "failures where reading is interrupted and gives pieces lose nothing" {
	faults pieces
}

@test "failures on a kernel without MAP_FIXED_NOREPLACE lose nothing" {
	faults old
}

@test "failures where limits are set late lose nothing" {
	faults late
}

@test "failures while a second thread maps as a host lose nothing of either" {
	for bed in calls fence placed wrapped noquery; do
		faults --hosts $bed
	done
}

@test "a process starts confined or says why not, whatever fails" {
	for bed in calls fence placed wrapped noproc old; do
		faults $bed start
	done
}

# Under strace with the library from the program's start on, ld.so's part included.
traced() {
	timeout -k 5 60 strace -f -qq -E LD_PRELOAD="$VALIMIT_LIB" -E VA_LIMIT=$WINDOW \
		-E VA_LIMIT_FENCE=on -E GUEST_WINDOW=$WINDOW "$@" "$GUEST/calls" \
		'a=mmap 0 64K -> inside' 'fill a 64K 1' 'has a 64K 1 -> yes' 'munmap a 64K -> 0'
}

# ld.so may crash by itself, so the calls before the library's first are left out. The program's
# own call may be the one that fails: 1.
@test "a whole process in which a system call fails runs or says why not" {
	local call n status before log=$BATS_TEST_TMPDIR/log said=$BATS_TEST_TMPDIR/said

	need strace
	traced -o "$log" >/dev/null
	grep -q PR_GET_SECCOMP "$log"
	for call in openat:EMFILE read:EIO mmap:ENOMEM munmap:ENOMEM mprotect:ENOMEM madvise:EINVAL \
		ioctl:ENOTTY prctl:EINVAL memfd_create:ENOSYS prlimit64:EPERM; do
		before=$(sed '/PR_GET_SECCOMP/,$d' "$log" | grep -c " ${call%:*}(" || :)
		for n in {1..10}; do
			status=0
			traced -o /dev/null >/dev/null 2>"$said" \
				-e inject=${call%:*}:error=${call#*:}:when=$((before + n)) || status=$?
			[[ " 0 1 125 " == *" $status "* ]] ||
				fail "$call, the library's ${n}th: status $status" "$(cat "$said")"
			[ $status -ne 125 ] || grep -q '^valimit: ' "$said" ||
				fail "$call, the library's ${n}th: no reason given"
		done
	done
}
