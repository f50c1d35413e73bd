#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# System V shared memory.

bats_require_minimum_version 1.7.0
load helpers

setup() {
	plain $WINDOW calls 'shmget 4K -> ok' >/dev/null || skip "no System V shared memory here"
}

@test "22: shmat without an address attaches inside" {
	everywhere $WINDOW calls 'id=shmget 64K -> ok' 'a=shmat id 0 -> inside' 'fill a 64K 1' \
		'b=shmat id 0 -> inside' 'set b -> !a' 'has b 64K 1 -> yes' 'shmdt a -> 0' 'has b 64K 1 -> yes' \
		'shmdt b -> 0' 'mapped a 64K -> 0' 'mapped b 64K -> 0'
}

@test "22: the whole of a large segment lies inside" {
	both $WINDOW calls 'id=shmget 512M -> ok' 'a=shmat id 0 -> inside' 'mapped a 512M -> 512M' \
		'inside a 512M -> yes'
}

@test "22: a segment larger than the window is ENOMEM" {
	confined $SMALL calls 'id=shmget 128M -> ok' 'shmat id 0 -> ENOMEM' 'mmap 0 64M none -> lower'
}

@test "22: a segment of huge pages is aligned to them and has whole ones, whatever its size" {
	huge_pages_of_2m
	plain $WINDOW calls 'shmget 4K 14600 -> ok' || skip "no huge pages here"
	everywhere $WINDOW calls 'id=shmget 4K 14600 -> ok' 'a=shmat id 0 -> inside' 'aligned a 2M -> yes' \
		'mapped a 2M -> 2M' 'b=shmat id 0 -> inside' 'set b -> !a' 'shmdt a -> 0' 'mapped a 2M -> 0' \
		'mapped b 2M -> 2M' 'shmat id b -> EINVAL' 'shmat id b remap -> b' 'shmdt b -> 0' 'mapped b 2M -> 0' \
		'shmat id lower+65M -> EINVAL' 'shmat id lower+66M -> lower+66M'
	plain $WINDOW calls 'id=shmget 4K 14600 -> ok' 'shmat id upper-2M -> upper-2M'
	# Under a fence malloc may be right below what is kept back: here more than 2 MiB.
	both $WINDOW VA_LIMIT_SEED=2 calls 'id=shmget 4K 14600 -> ok' 'shmat id upper-2M -> upper-2M'
	everywhere $WINDOW calls 'id=shmget 4K 14600 -> ok' 'shmat id 0x500000000 -> 0x500000000' \
		'mmap 0x500000000+1M page rw noreplace -> EEXIST' 'shmdt 0x500000000 -> 0' \
		'mmap 0x500000000+1M page rw noreplace -> 0x500000000+1M' 'shmat id 0x500000000 -> EINVAL' \
		'has 0x500000000+1M page 0 -> yes'
	fenced $WINDOW calls 'id=shmget 4K 14600 -> ok' 'shmat id 0x500000000 -> 0x500000000' \
		'shmdt 0x500000000 -> 0' 'fenced 0x500000000 2M -> yes'
	# Attached where such pages can lie before anybody has asked for their size.
	confined $WINDOW VA_LIMIT_PLACE=bottomup VA_LIMIT_BASE=0x200000000 calls 'id=shmget 4K 14600 -> ok' \
		'shmat id 0 -> lower' 'mmap 0 page none -> lower+2M' 'shmdt lower -> 0' 'mmap 0 1M none -> lower'
}

# questions STATEMENT...: how often the kernel is asked to attach a segment.
questions() {
	strace -qq -e trace=shmat -o "$BATS_TEST_TMPDIR/calls" \
		env LD_PRELOAD="$VALIMIT_LIB" VA_LIMIT=4G-5G VA_LIMIT_REACH=calls \
		"$(program_path calls)" "$@" >/dev/null
	grep -c '^shmat' "$BATS_TEST_TMPDIR/calls"
}

@test "22: the size of a segment's pages costs one question, of huge ones seven" {
	need strace
	strace -qq -o /dev/null true || skip "may not trace"
	run -0 questions 'id=shmget 4K -> ok' 'shmat id 0x140000000 -> 0x140000000'
	[ "$output" -eq 2 ]
	run -0 questions 'shmat 0x7fffffff 0x140000000 -> EINVAL'
	[ "$output" -le 3 ]
	huge_pages_of_2m
	plain $WINDOW calls 'shmget 4K 14600 -> ok' || skip "no huge pages here"
	run -0 questions 'id=shmget 4K 14600 -> ok' 'shmat id 0x108000000 -> 0x108000000'
	[ "$output" -le 8 ]
}

@test "22: no permission is EACCES, at once" {
	[ "$(id -u)" -eq 0 ] || skip "needs root"
	everywhere $WINDOW calls 'id=shmget 64K 0000 -> ok' 'seteuid 65534 -> 0' 'shmat id 0 -> EACCES'
}

@test "22: an id that never was is EINVAL, a removed one what the kernel says" {
	everywhere $WINDOW calls 'shmat 0x7fffffff 0 -> EINVAL' 'shmat 0-1 0 -> EINVAL' \
		'id=shmget 64K -> ok' 'shmrm id -> 0' 'e=raw.shmat id 0 -> !ok' 'shmat id 0 -> e'
}

@test "22: a removed segment that is still attached can be attached again" {
	everywhere $WINDOW calls 'id=shmget 64K -> ok' 'a=shmat id 0 -> inside' 'fill a 64K 4' 'shmrm id -> 0' \
		'b=shmat id 0 -> inside' 'has b 64K 4 -> yes'
}

@test "23: SHM_RND rounds down, an unaligned address without it is EINVAL" {
	everywhere $WINDOW calls 'id=shmget 64K -> ok' 'shmat id lower+1M+5 rnd -> lower+1M' \
		'shmat id lower+4M+5 -> EINVAL' 'mapped lower+4M 64K -> 0' 'shmat id lower+8M -> lower+8M'
}

@test "23: SHM_REMAP without an address is EINVAL" {
	everywhere $WINDOW calls 'id=shmget 64K -> ok' 'shmat id 0 remap -> EINVAL'
}

@test "23: an overlap is EINVAL without SHM_REMAP and replaced with it" {
	everywhere $WINDOW calls 'id=shmget 64K -> ok' 'a=mmap lower+1M 64K -> lower+1M' 'fill a 64K 1' \
		'shmat id a -> EINVAL' 'has a 64K 1 -> yes' 'shmat id a remap -> a' 'has a 64K 0 -> yes' \
		'shmdt a -> 0' 'mapped a 64K -> 0'
}

@test "7: shmat with an address may lie in the guard gap, as the kernel has it" {
	everywhere $WINDOW calls 'g=mmap lower+16M 64K rw growsdown -> lower+16M' 'id=shmget page -> ok' \
		'shmat id g-page -> g-page' 'shmat id g-64K -> g-64K' 'shmat id g-64K -> EINVAL'
}

@test "23: the library's own memory is an overlap like any other" {
	both $WINDOW calls 'o=find memfd:valimit -> !0' 's=shmget 64K -> ok' 'shmat s o -> EINVAL' \
		'shmat s o-page -> EINVAL' 'a=shmat s 0 -> inside' 'shmdt a -> 0'
}

@test "23: the fence is invisible to shmat with an address" {
	everywhere $WINDOW calls 'id=shmget 64K -> ok' 'shmat id 0x500000000 -> 0x500000000' \
		'fill 0x500000000 64K 1' 'shmdt 0x500000000 -> 0'
	fenced $WINDOW calls 'id=shmget 64K -> ok' 'shmat id 0x500000000 -> 0x500000000' \
		'shmdt 0x500000000 -> 0' 'fenced 0x500000000 64K -> yes'
}

@test "24: shmdt after the first page went detaches the rest" {
	everywhere $WINDOW calls 'id=shmget 64K -> ok' 'shmat id lower+1M -> lower+1M' 'munmap lower+1M page -> 0' \
		'shmdt lower+1M -> 0' 'mapped lower+1M 64K -> 0' 'mmap lower+1M 64K -> lower+1M'
}

@test "24: shmdt after a middle page went detaches the rest" {
	everywhere $WINDOW calls 'id=shmget 64K -> ok' 'shmat id lower+1M -> lower+1M' 'munmap lower+1M+16K page -> 0' \
		'shmdt lower+1M -> 0' 'mapped lower+1M 64K -> 0' 'mmap lower+1M 64K -> lower+1M'
}

@test "24: shmdt of a removed segment frees its room" {
	both $WINDOW calls 'id=shmget 64K -> ok' 'a=shmat id 0 -> inside' 'shmrm id -> 0' 'shmdt a -> 0' \
		'mmap a 64K -> a'
}

@test "24: shmdt detaches a page that was moved away from the others" {
	everywhere $WINDOW calls 'id=shmget 64K -> ok' 'shmat id lower+1M -> lower+1M' \
		'mremap lower+1M+16K page page maymove,fixed lower+8M -> ok' 'shmdt lower+8M-16K -> 0' \
		'mapped lower+8M page -> 0' 'mapped lower+1M 64K -> 64K-page' 'mmap lower+8M page -> lower+8M' \
		'shmdt lower+1M -> 0' 'mmap lower+1M 64K -> lower+1M'
}

@test "24: shmdt detaches a page that was moved away and back with the others" {
	everywhere $WINDOW calls 'id=shmget 64K -> ok' 'shmat id lower+1M -> lower+1M' \
		'mremap lower+1M+16K page page maymove,fixed lower+8M -> ok' \
		'mremap lower+8M page page maymove,fixed lower+1M+16K -> ok' \
		'shmdt lower+1M -> 0' 'mapped lower+1M 64K -> 0' 'mmap lower+1M 64K -> lower+1M'
}

@test "24: a segment that was moved outside is fenced when it is detached" {
	for page in 0 page; do
		fenced $WINDOW calls 'id=shmget 64K -> ok' 'a=shmat id 0 -> inside' \
			"mremap a+$page 64K-$page 64K-$page maymove,fixed 0x500000000+$page -> ok" \
			'shmdt 0x500000000 -> 0' 'fenced 0x500000000 64K -> yes'
	done
}

@test "24: shmdt of what is no segment is EINVAL" {
	everywhere $WINDOW calls 'a=mmap lower+1M 64K -> lower+1M' 'shmdt a -> EINVAL' 'shmdt lower+8M -> EINVAL' \
		'shmdt a+1 -> EINVAL' 'mapped a 64K -> 64K'
}
