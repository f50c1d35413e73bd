#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# Differences between processors and kernels: the bits of an address, the size of a page, the
# top byte of a pointer.

load helpers

aarch64() {
	[ "$(uname -m)" = aarch64 ] || skip "only AArch64 has that"
}

# The end of the addresses that the kernel gives to a process without a hint: the next power of
# two above its stack.
usual_end() {
	local stack end=1

	stack=$(sed -n 's/^[0-9a-f]*-\([0-9a-f]*\) .*\[stack\]$/0x\1/p' /proc/self/maps)
	while ((end < stack)); do
		((end *= 2))
	done
	echo $end
}

# A program's mappings in 64-bit space above an address, except reservations and the library's
# own: lines of maps.
maps_above() {
	awk -v end="$1" 'function number(hex, n, i) {
			for (i = 1; i <= length(hex); i++)
				n = n * 16 + index("0123456789abcdef", substr(hex, i, 1)) - 1
			return n
		}
		{ split($1, range, "-") }
		/memfd:valimit/ || range[1] == own { own = range[2]; next }
		$2 !~ /^---/ && number(range[2]) > end'
}

TAG=0x2a00000000000000

@test "a tagged pointer is one to munmap, mprotect and mremap's old address" {
	aarch64
	everywhere $WINDOW calls "a=mmap 0 64K -> inside" "fill a+$TAG 64K 7 -> 0" "has a 64K 7 -> yes" \
		"mprotect a+$TAG 64K r -> 0" "b=mremap a+$TAG 64K 256K maymove -> inside" "has b page 7 -> yes" \
		"mremap b+$TAG 256K 64K -> b" "mapped b 256K -> 64K" "munmap b+$TAG 64K -> 0" "mapped b 64K -> 0"
}

@test "a tagged pointer is none where something is to be mapped, nor to shmat and shmdt" {
	aarch64
	everywhere $WINDOW calls "a=mmap 0 64K -> inside" "b=mmap 0 64K -> inside" \
		"mmap b+$TAG page rw fixed -> ENOMEM" "mmap b+$TAG page rw noreplace -> ENOMEM" \
		"mremap a 64K 64K maymove,fixed b+$TAG -> EINVAL" "mremap a+$TAG 64K 64K maymove,fixed b -> b" \
		"mmap lower+1M+$TAG 64K -> inside" "id=shmget 64K -> ok" "c=shmat id 0 -> inside" \
		"shmat id lower+16M+$TAG -> ENOMEM" "shmdt c+$TAG -> EINVAL" "shmdt c -> 0"
}

@test "what is unmapped outside by a tagged pointer is fenced again" {
	aarch64
	for window in $WINDOW 0x7f0000000000-0x80000000; do
		fenced $window calls "mmap 0x500000000 64K rw fixed -> 0x500000000" \
			"munmap 0x500000000+$TAG 64K -> 0" 'fenced 0x500000000 64K -> yes' \
			"mmap 0x500000000 64K rw fixed -> 0x500000000" \
			"a=mremap 0x500000000+$TAG 64K 64K maymove,fixed 0x600000000 -> 0x600000000" \
			'fenced 0x500000000 64K -> yes'
	done
}

@test "an address that MREMAP_DONTUNMAP cannot take is EINVAL, as the kernel has it" {
	everywhere $WINDOW calls 'a=mmap 0 64K -> inside' \
		'mremap a 64K 64K maymove,dontunmap 0xff00000000000000 -> EINVAL' 'mapped a 64K -> 64K'
}

@test "what is mapped after the start lies below 2^47, where a program starts above" {
	[ "$(usual_end)" -gt $((1 << 47)) ] || skip "programs start below 2^47 here"
	[ -n "$(plain none cat /proc/self/maps | maps_above $((1 << 47)))" ]
	fenced 47bit mallocs 4
	fenced 47bit threads 8
	fenced 47bit dlopens libm.so.6
	fenced 47bit iosetup
	fenced 47bit calls 'mmap 0 64K -> inside' 'raw.mmap 0 1G none noreserve -> inside' 'id=shmget 64K -> ok' \
		'raw.shmat id 0 -> inside' 'a=raw.mmap 0 64K -> inside' 'raw.mremap a 64K 64M maymove -> inside'
}

@test "a hint beyond what the kernel gives unasked does not leave the window" {
	for bits in 48 49 51 52 56; do
		both 47bit calls "mmap $((1 << bits)) 64K -> inside" "mmap $(((1 << bits) + 65536)) 64M none -> inside"
		fenced 47bit calls "raw.mmap $((1 << bits)) 64K -> inside" "raw.mmap $(((1 << bits) + 65536)) 1G none -> inside"
	done
}

@test "a window that leaves nothing out: no fence, no message, and everything works" {
	bare=$(plain none cat /proc/self/maps | grep -c ' ---p ') || true
	ours=$(with on 64bit cat /proc/self/maps 2>"$BATS_TEST_TMPDIR/err" | grep -c ' ---p ') || true
	[ ! -s "$BATS_TEST_TMPDIR/err" ]
	[ "$ours" -le $((bare + 3)) ] || fail "$bare reservations without, $ours with"
	both 64bit calls 'a=mmap 0 64K -> inside' 'mremap a 64K 1M maymove -> inside' 'mmap 0 64K rw 32bit -> inside'
}

@test "14: MAP_32BIT is not passed to a kernel that does not know it" {
	aarch64
	need strace
	between_marks with on 32bit calls mark 'a=mmap 0 64K rw 32bit -> ok' mark >"$BATS_TEST_TMPDIR/calls"
	grep -q mmap "$BATS_TEST_TMPDIR/calls"
	refute grep -E '0x40\b' "$BATS_TEST_TMPDIR/calls"
}

# Mappings above 2^47, without the program's own reservations and the table; of no use where a
# program starts below.
whole_above() {
	"$VACTL" run --window 47bit --reach whole -- "$@" | maps_above $((1 << 47))
}

@test "reach whole: everything lies below 2^47, where a program starts above" {
	[ "$(usual_end)" -gt $((1 << 47)) ] || skip "programs start below 2^47 here"
	[ -z "$(whole_above cat /proc/self/maps)" ]
	need python3
	[ -z "$(whole_above python3 -c 'import ctypes; print(open("/proc/self/maps").read())')" ]
	static=$(type -P busybox) || skip "busybox, a static program, is not installed"
	[ -z "$(whole_above "$static" cat /proc/self/maps)" ]
}

@test "a host's mapping lies above 2^47, beside a 47-bit guest" {
	[ "$(usual_end)" -gt $((1 << 47)) ] || skip "the kernel gives nothing above 2^47 here"
	run "$GUEST/emulator" scope 47
	[ "$status" -eq 0 ] || fail "$output"
	grep -E ' 0x([89a-f][0-9a-f]{11}|[1-9a-f][0-9a-f]{12,}) host +outside$' <<<"$output"
}

@test "children cannot be kept inside before Linux 6.7, and that is said" {
	[ "$(printf '%s\n' 6.7 "$(uname -r)" | sort -V | head -n 1)" != 6.7 ] || skip "this kernel can"
	run -125 "$VACTL" run --children --window 32bit touch "$BATS_TEST_TMPDIR/started"
	[[ $output == "vactl: run: cannot keep children inside: "*"Linux 6.7"*"without --children"* ]] || fail "$output"
	[ ! -e "$BATS_TEST_TMPDIR/started" ]
}
