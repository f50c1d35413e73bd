#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# mremap: growing, shrinking, moving, and mappings that must not move.

load helpers

@test "15: growth is in place where the room above is free" {
	everywhere $WINDOW calls 'a=mmap lower+1M 64K -> lower+1M' 'fill a 64K 1' \
		'mremap a 64K 128K maymove -> a' 'has a 64K 1 -> yes' 'has a+64K 64K 0 -> yes' \
		'b=mmap lower+4M page -> lower+4M' 'mremap b page 64K -> b' 'mmap b+page page rw noreplace -> EEXIST'
}

@test "15: blocked growth moves inside, with the contents" {
	everywhere $WINDOW calls 'a=mmap lower+1M 64K -> lower+1M' 'fill a 64K 2' \
		'mmap a+64K page -> a+64K' 'b=mremap a 64K 1M maymove -> inside' 'set b -> !a' \
		'has b 64K 2 -> yes' 'mapped a 64K -> 0' 'mmap a 64K -> a'
}

@test "15: growth blocked by what only the kernel knows moves inside" {
	everywhere $WINDOW calls 'a=mmap lower+1M 64K -> lower+1M' 'fill a 64K 2' \
		'raw.mmap a+64K page rw fixed -> a+64K' 'fill a+64K page 3' \
		'b=mremap a 64K 1M maymove -> inside' 'set b -> !a' 'has b 64K 2 -> yes' \
		'has a+64K page 3 -> yes'
}

@test "15: without MREMAP_MAYMOVE blocked growth is ENOMEM and nothing changes" {
	everywhere $WINDOW calls 'a=mmap lower+1M 64K -> lower+1M' 'fill a 64K 3' 'mmap a+64K page -> a+64K' \
		'mremap a 64K 128K -> ENOMEM' 'has a 64K 3 -> yes' 'mapped a+64K+page 64K -> 0'
}

@test "15: growth past the window's end moves inside" {
	both $WINDOW calls 'a=mmap lower+512M 64K rw fixed -> lower+512M' 'fill a 64K 4' \
		'b=mremap a 64K 520M maymove -> ENOMEM' 'has a 64K 4 -> yes' \
		'b=mremap a 64K 128M maymove -> inside' 'has b 64K 4 -> yes'
	confined $WINDOW calls 'a=mmap upper-64K 64K -> upper-64K' 'fill a 64K 4' \
		'b=mremap a 64K 128K maymove -> inside' 'set b -> !a' 'has b 64K 4 -> yes'
}

@test "15: growth past the window's end without MREMAP_MAYMOVE is ENOMEM" {
	confined $WINDOW calls 'a=mmap upper-64K 64K -> upper-64K' 'fill a 64K 4' \
		'mremap a 64K 128K -> ENOMEM' 'has a 64K 4 -> yes' 'mapped upper 64K -> 0'
	fenced $WINDOW calls 'a=mmap upper-64K 64K rw fixed -> upper-64K' \
		'mremap a 64K 128K -> ENOMEM' 'fenced upper 64K -> yes'
}

@test "15: growth does not enter the hole of a wrapped window" {
	confined 0x7f0000000000-0x80000000 calls 'a=mmap upper-64K 64K -> upper-64K' 'fill a 64K 6' \
		'mremap a 64K 128K -> ENOMEM' 'b=mremap a 64K 128K maymove -> inside' \
		'set b -> !a' 'has b 64K 6 -> yes'
}

@test "15: growth in a full window is ENOMEM, the source stays" {
	confined $SMALL VA_LIMIT_BASE=0x204000000 calls 'mmap 0 32M none -> inside' 'mmap 0 16M none -> inside' \
		'a=mmap 0 16M rw -> inside' 'fill a 16M 5' 'mremap a 16M 16M+page maymove -> ENOMEM' \
		'has a 16M 5 -> yes'
}

@test "16: a shrink or the same size does not change the address" {
	everywhere $WINDOW calls 'a=mmap lower+1M 64K -> lower+1M' 'fill a 64K 1' 'mremap a 64K 64K -> a' \
		'mremap a 64K 64K maymove -> a' 'mremap a 64K 16K -> a' 'has a 16K 1 -> yes' \
		'mapped a+16K 48K -> 0' 'mremap a 16K page maymove -> a' 'mmap a+page 60K -> a+page'
}

@test "16: a shrink across two mappings works" {
	everywhere $WINDOW calls 'a=mmap lower+1M 64K -> lower+1M' 'fill a 64K 1' \
		'mprotect a+32K 32K r -> 0' 'mremap a 64K 16K -> a' 'has a 16K 1 -> yes' \
		'mapped a+16K 48K -> 0'
	everywhere $WINDOW calls 'a=mmap lower+1M 64K -> lower+1M' 'mprotect a+16K 48K r -> 0' \
		'mremap a 64K 32K maymove -> a' 'mapped a 64K -> 32K'
}

@test "16: a shrink of what lies outside leaves it there" {
	everywhere $WINDOW calls 'a=mmap 0x500000000 64K rw fixed -> 0x500000000' 'fill a 64K 1' \
		'mremap a 64K 16K maymove -> a' 'has a 16K 1 -> yes'
}

@test "16: a huge page does not shrink, and moves as a whole, whatever the sizes" {
	plain $WINDOW calls 'mmap 0 2M rw hugetlb,noreserve -> ok' || skip "no huge pages here"
	everywhere $WINDOW calls 'a=mmap lower+2M 2M rw hugetlb,noreserve,fixed -> lower+2M' \
		'mremap a 2M page maymove -> a' 'mapped a 2M -> 2M' 'mmap a+page page rw noreplace -> EEXIST' \
		'mremap a page page maymove,fixed a+4M -> a+4M' 'mmap a+page page -> a+page' \
		'mmap a+4M+page page -> !a+4M+page' 'munmap a+4M 2M -> 0'
	everywhere $WINDOW calls 'a=mmap 0x500000000 2M rw hugetlb,noreserve,fixed -> 0x500000000' \
		'mremap a 2M page -> a' 'mapped a 2M -> 2M'
}

@test "17: old size 0: private memory is EINVAL" {
	everywhere $WINDOW calls 'a=mmap 0 64K -> inside' 'mremap a 0 64K maymove -> EINVAL' \
		'mremap a 0 64K -> !ok' 'mapped a 64K -> 64K'
}

@test "17: old size 0: shared memory gets a second mapping inside" {
	everywhere $WINDOW calls 'a=mmap 0 64K rw shared -> inside' \
		'b=mremap a 0 64K maymove -> inside' 'set b -> !a' 'fill a 64K 8' 'has b 64K 8 -> yes' \
		'munmap a 64K -> 0' 'has b 64K 8 -> yes'
}

@test "17: old size 0 without MREMAP_MAYMOVE is ENOMEM" {
	everywhere $WINDOW calls 'a=mmap 0 64K rw shared -> inside' 'mremap a 0 64K -> ENOMEM'
}

@test "18: MREMAP_DONTUNMAP leaves the source mapped, empty" {
	kernel_at_least 5.13
	everywhere $WINDOW calls 'a=mmap lower+1M 64K -> lower+1M' 'fill a 64K 1' \
		'b=mremap a 64K 64K maymove,dontunmap -> inside' 'set b -> !a' 'has b 64K 1 -> yes' \
		'has a 64K 0 -> yes' 'mmap a page rw noreplace -> EEXIST' 'c=mmap a page -> inside' 'set c -> !a'
}

@test "18: MREMAP_DONTUNMAP takes an address as a hint" {
	kernel_at_least 5.13
	everywhere $WINDOW calls 'a=mmap lower+1M 64K -> lower+1M' 'fill a 64K 1' \
		'mremap a 64K 64K maymove,dontunmap lower+4M -> lower+4M' 'has lower+4M 64K 1 -> yes' \
		'mremap a 64K 64K maymove,dontunmap lower+4M+1 -> EINVAL' \
		'mremap a 64K 64K maymove,dontunmap a -> EINVAL' \
		'mremap lower+8M 64K 64K maymove,dontunmap lower+8M -> !ok'
}

@test "18: MREMAP_DONTUNMAP of several mappings is as the kernel has it, EFAULT" {
	kernel_at_least 5.13
	everywhere $WINDOW calls 'a=mmap lower+1M 64K -> lower+1M' 'fill a 64K 1' 'mprotect a+32K 32K r -> 0' \
		'mremap a 64K 64K maymove,dontunmap -> EFAULT' 'has a 64K 1 -> yes'
}

@test "18: MREMAP_DONTUNMAP needs MREMAP_MAYMOVE and equal sizes" {
	kernel_at_least 5.13
	everywhere $WINDOW calls 'a=mmap lower+1M 64K -> lower+1M' 'mremap a 64K 64K dontunmap -> EINVAL' \
		'mremap a 64K 128K maymove,dontunmap -> EINVAL' 'mremap a 64K 16K maymove,dontunmap -> EINVAL' \
		'mapped a 64K -> 64K'
}

@test "19: MREMAP_FIXED moves there and replaces" {
	everywhere $WINDOW calls 'a=mmap lower+1M 64K -> lower+1M' 'fill a 64K 1' \
		'b=mmap lower+4M 64K -> lower+4M' 'fill b 64K 2' 'mremap a 64K 64K maymove,fixed b -> b' \
		'has b 64K 1 -> yes' 'mapped a 64K -> 0' 'mremap b 64K 16K maymove,fixed a -> a' \
		'has a 16K 1 -> yes' 'mapped b 64K -> 0'
}

@test "19: MREMAP_FIXED with an overlap, unaligned or without MREMAP_MAYMOVE is EINVAL" {
	everywhere $WINDOW calls 'a=mmap lower+1M 64K -> lower+1M' 'fill a 64K 1' \
		'mremap a 64K 64K maymove,fixed a+16K -> EINVAL' 'mremap a 64K 64K maymove,fixed a-16K -> EINVAL' \
		'mremap a 64K 64K maymove,fixed lower+4M+1 -> EINVAL' 'mremap a 64K 64K fixed lower+4M -> EINVAL' \
		'mremap a+1 64K 64K maymove -> EINVAL' 'mremap a 64K 0 maymove -> EINVAL' 'has a 64K 1 -> yes' \
		'mapped lower+4M 64K -> 0'
}

@test "19: several mappings of unchanged size move together" {
	kernel_at_least 6.17
	everywhere $WINDOW calls 'a=mmap lower+1M 64K -> lower+1M' 'fill a 64K 1' 'mprotect a+32K 32K r -> 0' \
		'mremap a 64K 64K maymove,fixed lower+4M -> lower+4M' 'has lower+4M 64K 1 -> yes' \
		'mapped a 64K -> 0'
}

@test "19: room between mappings that move together is free where they come to lie" {
	kernel_at_least 6.17
	everywhere $WINDOW calls 'a=mmap lower+1M 64K -> lower+1M' 'munmap a+16K 16K -> 0' \
		'mremap a 64K 64K maymove,fixed lower+4M -> lower+4M' 'mapped lower+4M 64K -> 48K' \
		'mmap lower+4M+16K 16K -> lower+4M+16K' 'mmap lower+1M 64K -> lower+1M'
}

@test "19: a move of several mappings that fails halfway leaves the table as the kernel is" {
	kernel_at_least 6.17
	plain $WINDOW calls 'a=mmap lower+1M 64K -> lower+1M' 'mseal a 64K -> 0' || skip "this kernel does not seal"
	everywhere $WINDOW calls 'a=mmap lower+1M 64K -> lower+1M' 'mmap a+64K 16K r -> a+64K' 'mseal a+64K 16K -> 0' \
		'mremap a 80K 80K maymove,fixed lower+4M -> EPERM' 'mapped a 80K -> 16K' \
		'mapped lower+4M 80K -> 64K' 'mmap a 64K -> a' 'mmap lower+4M page rw noreplace -> EEXIST' \
		'b=mmap lower+4M page -> inside' 'set b -> !lower+4M'
}

@test "19: several mappings do not grow together: EFAULT" {
	everywhere $WINDOW calls 'a=mmap lower+1M 64K -> lower+1M' 'mprotect a+32K 32K r -> 0' \
		'mremap a 64K 128K maymove -> EFAULT' 'mapped a 128K -> 64K'
}

# late_move [full]: with the library a mapping stays that the kernel alone loses.
late_move() {
	local lost

	lost=$(plain $WINDOW latemove | sed -n 's/ lost$//p')
	[ -n "$lost" ] || skip "this kernel loses nothing here"
	refute grep -q lost <<<"$(both 4G-2^46 latemove "$@")"
	for way in $lost; do
		[ "$(both 4G-2^46 latemove "$@" | grep -c "^$way kept")" -eq 2 ]
	done
}

@test "13: what is moved over a mapping is not seen elsewhere in the window meanwhile" {
	need strace
	for how in fenced confined; do
		steps=$(between_marks $how $WINDOW calls 'a=mmap lower 64K -> lower' 'b=mmap lower+1M 64K -> lower+1M' \
			'fill a 64K 1' 'fill b 64K 2' 'mark' 'mremap a+16K page page maymove,fixed,dontunmap b+16K -> b+16K' \
			'mark' 'has b+16K page 1 -> yes' 'has a+16K page 0 -> yes' 'has b 16K 2 -> yes')
		[[ $steps == *mremap* ]] || fail "$steps"
		refute grep -E ' = 0x2[0-3][0-9a-f]{7}$' <<<"$(grep -v ' = 0x200104000$' <<<"$steps")"
	done
}

@test "13: a copy of a mapping that is shorter than it is said to be has nothing behind it" {
	kernel_at_least 6.17
	everywhere $WINDOW calls 'a=mmap lower 64K -> lower' 'fill a 64K 1' 'munmap a+16K 48K -> 0' \
		'mremap a 64K 64K maymove,fixed,dontunmap lower+1M -> lower+1M' 'has lower+1M 16K 1 -> yes' \
		'mapped lower+1M 64K -> 16K'
}

@test "13: MREMAP_FIXED that fails late leaves the target and the source" {
	late_move
}

@test "13: and so in a window that is full" {
	late_move full
}

@test "13: MREMAP_FIXED onto a sealed target leaves target and source" {
	kernel_at_least 6.10
	for sizes in '64K 64K' '32K 64K' '64K 32K'; do
		everywhere $WINDOW calls 'a=mmap lower+1M 64K -> lower+1M' 'fill a 64K 1' \
			'b=mmap lower+4M 64K -> lower+4M' 'fill b 64K 2' 'mseal b 64K -> 0' \
			"mremap a $sizes maymove,fixed b -> EPERM" 'has b 64K 2 -> yes' 'has a 32K 1 -> yes' \
			'mapped a+64K 64K -> 0'
	done
}

@test "13: MREMAP_FIXED grows over what is there" {
	everywhere $WINDOW calls 'a=mmap lower+1M 64K -> lower+1M' 'fill a 64K 1' \
		'b=mmap lower+4M 1M none -> lower+4M' 'mremap a 64K 128K maymove,fixed b -> b' \
		'has b 64K 1 -> yes' 'has b+64K 64K 0 -> yes' 'mapped a 64K -> 0' 'mapped b 1M -> 1M'
}

@test "13: MREMAP_FIXED grows into what lies right behind" {
	everywhere $WINDOW calls 'a=mmap lower+1M 64K -> lower+1M' 'fill a 64K 1' \
		'mremap a 64K 128K maymove,fixed a+64K -> a+64K' 'has a+64K 64K 1 -> yes' \
		'has a+128K 64K 0 -> yes' 'mapped a 64K -> 0' 'mmap a 64K -> a'
}

@test "13: MREMAP_FIXED grows over a reservation that fills the window" {
	both $SMALL VA_LIMIT_BASE=0x204000000 calls 'a=mmap 0 64K -> inside' 'fill a 64K 1' \
		'b=mmap lower 32M none fixed,noreserve -> lower' \
		'raw.mmap lower+32M 31M none fixed,noreserve -> lower+32M' \
		'mremap a 64K 128K maymove,fixed b -> b' 'has b 64K 1 -> yes' 'has b+64K 64K 0 -> yes' \
		'mapped a 64K -> 0'
}

@test "13: MREMAP_FIXED leaves a copy over what is there" {
	kernel_at_least 5.13
	everywhere $WINDOW calls 'a=mmap lower+1M 64K -> lower+1M' 'fill a 64K 1' \
		'b=mmap lower+4M 64K -> lower+4M' 'fill b 64K 2' \
		'mremap a 64K 64K maymove,fixed,dontunmap b -> b' 'has b 64K 1 -> yes' 'has a 64K 0 -> yes' \
		's=mmap 0 64K rw shared -> ok' 'fill s 64K 3' 'mremap s 0 64K maymove,fixed b -> b' \
		'has b 64K 3 -> yes' 'has s 64K 3 -> yes'
}

@test "19: MREMAP_FIXED outside is the caller's own wish" {
	everywhere $WINDOW calls 'a=mmap lower+1M 64K -> lower+1M' 'fill a 64K 1' \
		'mremap a 64K 64K maymove,fixed 0x500000000 -> 0x500000000' 'has 0x500000000 64K 1 -> yes' \
		'mapped a 64K -> 0'
}

@test "20: a move does not clobber what only the kernel knows" {
	# All of the window but the last 128K is taken, half of it unseen.
	confined $SMALL VA_LIMIT_BASE=0x204000000 calls 'raw.mmap lower 32M rw fixed,noreserve -> lower' \
		'fill lower 64K 7' 'fill lower+31M 64K 7' 'a=mmap lower+32M 64K -> lower+32M' 'fill a 64K 1' \
		'mmap a+64K 31M none -> a+64K' 'b=mremap a 64K 128K maymove -> inside' 'has b 64K 1 -> yes' \
		'has lower 64K 7 -> yes' 'has lower+31M 64K 7 -> yes'
}

@test "20: a move that fails leaves the source and no placeholder" {
	both $WINDOW calls 'a=mmap lower+1M 64K -> lower+1M' 'fill a 64K 1' 'mprotect a+32K 32K r -> 0' 'n=vmas' \
		'mremap a 64K 1M maymove -> EFAULT' 'mremap a 64K 2G maymove -> !ok' 'vmas -> n' \
		'has a 64K 1 -> yes' 'mremap lower+16M 64K 128K maymove -> EFAULT' 'vmas -> n'
}

@test "21: what was moved is still the guest's: it can be found, moved again and unmapped" {
	both $WINDOW calls 'a=mmap lower+1M 64K -> lower+1M' 'mmap a+64K page -> a+64K' \
		'b=mremap a 64K 128K maymove -> inside' 'mmap b page rw noreplace -> EEXIST' \
		'c=mmap b page -> inside' 'set c -> !b' 'mremap b 128K 128K maymove,fixed a+1M -> a+1M' \
		'mmap b 128K rw noreplace -> b' 'munmap a+1M 128K -> 0' 'mmap a+1M 128K -> a+1M'
}

@test "16: a shrink of what straddles a bound frees the room inside" {
	everywhere $WINDOW calls 'a=mmap upper-64K 128K rw fixed -> upper-64K' 'fill a 128K 1' \
		'mremap a 128K 32K -> a' 'has a 32K 1 -> yes' 'mmap upper-32K 32K -> upper-32K'
}

@test "15: what straddles a bound and moves leaves nothing behind" {
	everywhere $WINDOW calls 'a=mmap upper-64K 128K rw fixed -> upper-64K' 'fill a 128K 1' \
		'b=mremap a 128K 128K maymove,fixed lower+1M -> lower+1M' 'has b 128K 1 -> yes' \
		'mmap upper-64K 64K -> upper-64K'
}

@test "15: what cannot grow says why, as the kernel would: EFAULT past a mapping's end" {
	everywhere $WINDOW calls 'a=mmap upper-64K 64K rw fixed -> upper-64K' 'fill a 64K 1' \
		'mremap a 128K 256K -> EFAULT' 'mremap a 128K 512M maymove -> EFAULT' 'has a 64K 1 -> yes'
	both $SMALL calls 'mremap lower+1M 128K 256K maymove -> EFAULT' \
		'mremap lower+1M page 64K maymove -> EFAULT' 'mapped lower+1M 256K -> 0'
}

@test "15: an old size that overflows to none is no size, and does not escape" {
	both $WINDOW calls 'mmap upper 64K rw fixed,shared -> upper' \
		'mremap upper 0xffffffffffffffff page maymove -> inside' \
		'mremap upper 0xfffffffffffff001 page maymove -> inside'
}

@test "17: old size 0 where only a fence is: EFAULT" {
	everywhere $WINDOW calls 'mremap upper+1M 0 page none -> EFAULT' 'mremap upper+1M 0 page maymove -> EFAULT'
}

@test "17: a copy of what it is to replace: EFAULT, and nothing is lost" {
	both $WINDOW calls 'a=mmap lower+1M 64K rw shared -> lower+1M' 'fill a 64K 7' \
		'mremap a 0 16K maymove,fixed a -> EFAULT' 'has a 64K 7 -> yes' 'mapped a 64K -> 64K'
}

@test "18: MREMAP_DONTUNMAP of several mappings to a fixed place is as the kernel has it" {
	local -a calls=('a=mmap lower+1M 8K -> lower+1M' 'fill a 8K 1' 'mprotect a 4K r -> 0'
		'b=mmap lower+4M 8K -> lower+4M' 'mremap a 8K 8K maymove,fixed,dontunmap b -> b'
		'has b 8K 1 -> yes' 'mapped a 8K -> 8K')
	plain $WINDOW calls "${calls[@]}" || skip "this kernel does not move several mappings"
	both $WINDOW calls "${calls[@]}"
}

# Before Linux 6.17 the kernel looks at the source first, and sees the fence there.
@test "19: an invalid target is an error as the kernel has it, whatever is at the source" {
	local end=0x7ffffffff000 answer=EINVAL target

	[ "$(uname -m)" = x86_64 ] || end=0x10000000000000
	plain $WINDOW calls "mremap upper+1M page page maymove,fixed $end -> EINVAL" || answer=EFAULT
	for target in "fixed lower+1M+8" "fixed $end" "dontunmap lower+1M+8"; do
		plain $WINDOW calls "mremap upper+1M page page maymove,$target -> $answer"
		confined $WINDOW calls "mremap upper+1M page page maymove,$target -> $answer"
		fenced $WINDOW calls "mremap upper+1M page page maymove,$target -> EINVAL"
		everywhere $WINDOW calls 'a=mmap 0 page' "mremap a page page maymove,$target -> EINVAL"
	done
}

@test "19: the fence does not move along with several mappings, nor leave a hole" {
	local -a calls=('a=mmap upper-page page rw fixed -> upper-page' 'fill a page 1'
		'b=mmap upper+page page rw fixed -> upper+page' 'fill b page 2'
		'c=mremap a 16K 16K maymove,fixed lower+1M -> lower+1M' 'has c page 1 -> yes'
		'has c+8K page 2 -> yes' 'mapped c 16K -> 8K')
	plain $WINDOW calls "${calls[@]}" || skip "this kernel does not move several mappings"
	both $WINDOW calls "${calls[@]}"
	fenced $WINDOW calls "${calls[@]}" 'fenced upper 64K -> yes'
}

@test "19: nor below a stack outside" {
	kernel_at_least 6.17
	everywhere $WINDOW calls 'mmap upper+64K page rw fixed,growsdown -> upper+64K' 'mmap upper-64K 64K rw fixed -> upper-64K' \
		'mremap upper-64K 128K 128K maymove,fixed lower+1M -> lower+1M' 'mapped lower+1M 128K -> 64K'
}

@test "19: nor where they come to lie" {
	local -a calls=('a=mmap lower+1M page -> lower+1M' 'fill a page 1' 'b=mmap lower+1M+8K page -> lower+1M+8K'
		'c=mremap a 12K 12K maymove,fixed upper+1M -> upper+1M' 'has c page 1 -> yes')
	plain $WINDOW calls "${calls[@]}" || skip "this kernel does not move several mappings"
	fenced $WINDOW calls "${calls[@]}" 'fenced upper 1M -> yes' 'fenced c+page page -> yes' \
		'mmap c+page page rw noreplace -> c+page'
}

@test "21: what is moved outside stays its owner's though it cannot be looked at" {
	everywhere $WINDOW calls 'a=mmap lower+1M 64K rw -> lower+1M' 'fill a 64K 7' 'mprotect a 64K none -> 0' \
		'b=mremap a 64K 64K maymove,fixed 0x500000000 -> 0x500000000' 'mmap b 64K rw noreplace -> EEXIST' \
		'mremap b 64K 64K maymove,dontunmap 0 -> ok' 'c=mremap b 64K 64K maymove,fixed b+1M -> b+1M'
	everywhere $WINDOW calls 'a=mmap lower+1M 64K rw -> lower+1M' 'fill a 64K 7' 'mprotect a 64K none -> 0' \
		'b=mremap a 64K 64K maymove,fixed 0x500000000 -> 0x500000000' 'mmap b 64K rw noreplace -> EEXIST' \
		'mprotect b 64K rw -> 0' 'has b 64K 7 -> yes'
}

@test "21: and so where it is several mappings" {
	local -a calls=('a=mmap 0x500000000 64K rw fixed -> 0x500000000' 'fill a 64K 7'
		'mmap a+64K 64K none fixed -> a+64K' 'b=mremap a 128K 128K maymove,fixed 0x600000000 -> 0x600000000'
		'mmap b+64K 64K rw noreplace -> EEXIST' 'has b 64K 7 -> yes')

	plain $WINDOW calls "${calls[@]}" || skip "this kernel does not move several mappings"
	both $WINDOW calls "${calls[@]}"
	everywhere $WINDOW calls 'a=mmap lower+1M 64K rw -> lower+1M' 'mmap a+64K 64K none fixed -> a+64K' \
		'b=mremap a 128K 128K maymove,fixed 0x600000000 -> 0x600000000' 'mmap b+64K 64K rw noreplace -> EEXIST'
}
