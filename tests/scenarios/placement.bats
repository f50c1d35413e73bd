#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# Where mappings go that name no fixed address. A number in a test's name is
# that of the rule in the specification.

load helpers

# The top 64 MiB of the address space and the low 64 MiB: room in two pieces.
WRAPPED=0x7ffffc000000-0x4000000

x86_64() {
	[ "$(uname -m)" = x86_64 ] || skip "addresses are those of x86-64"
}

@test "1: a byte, a page and the whole window fit, one page more is ENOMEM" {
	confined $WINDOW VA_LIMIT_SEED=1 calls 'a=mmap 0 1 -> inside' 'munmap a 1 -> 0' \
		'a=mmap 0 page -> inside' 'munmap a page -> 0' \
		'a=mmap 0 1G none noreserve -> lower' 'munmap a 1G -> 0' \
		'mmap 0 1G+page none noreserve -> ENOMEM' 'a=mmap 0 1G none noreserve -> lower'
}

@test "1: lengths that no address space has are ENOMEM, length 0 is EINVAL" {
	everywhere $WINDOW calls 'mmap 0 0 -> EINVAL' 'mmap 0 0xfffffffffffff000 -> ENOMEM' \
		'mmap 0 0xffffffffffffffff -> ENOMEM' 'mmap 0 0x8000000000000000 -> ENOMEM'
}

@test "1: single pages fill the window to the last, again after frees in random order" {
	confined $SMALL fillwindow pages 1
	confined $SMALL VA_LIMIT_PLACE=bottomup fillwindow pages 2
	confined $SMALL VA_LIMIT_PLACE=random fillwindow pages 3
	confined $SMALL VA_LIMIT_PLACE=bestfit fillwindow pages 4
}

@test "1: random sizes and frees leave no page that cannot be used" {
	for seed in 1 2 3; do
		confined $SMALL fillwindow sizes $seed
		confined $SMALL VA_LIMIT_PLACE=bestfit fillwindow sizes $seed
	done
}

@test "1: a wrapped window fills to the last page of the address space" {
	x86_64
	confined 0x7fffffffe000-0x2000000 fillwindow pages 1
}

@test "1: the first and the last page of the window are usable" {
	for way in plain confined; do
		$way $WINDOW calls 'mmap lower page -> lower' 'mmap upper-page page -> upper-page'
	done
}

@test "2: mappings go one below the other, and neighbours merge" {
	both $WINDOW calls 'a=mmap 0 64K -> inside' 'n=vmas' 'b=mmap 0 64K -> a-64K' \
		'c=mmap 0 16K -> b-16K' 'd=mmap 0 1M -> c-1M' 'vmas -> n'
}

@test "2: below the base first, then around from the top down to the base" {
	confined $SMALL VA_LIMIT_BASE=0x202000000 calls 'mmap 0 16M -> lower+16M' 'mmap 0 16M -> lower' \
		'mmap 0 16M -> upper-16M' 'mmap 0 16M -> upper-32M' 'mmap 0 page -> ENOMEM'
}

@test "2: what does not fit below the base goes around, and back below when it fits" {
	confined $SMALL VA_LIMIT_BASE=0x201000000 calls 'mmap 0 32M -> upper-32M' \
		'mmap 0 16M -> lower' 'mmap 0 16M -> lower+16M'
}

@test "2: bottom-up goes above the base, then around from the bottom" {
	confined $SMALL VA_LIMIT_PLACE=bottomup VA_LIMIT_BASE=0x202000000 calls \
		'mmap 0 16M -> lower+32M' 'mmap 0 16M -> lower+48M' 'mmap 0 16M -> lower' \
		'mmap 0 16M -> lower+16M' 'mmap 0 page -> ENOMEM'
}

@test "2: a wrapped window is filled from its upper piece, then from the lower" {
	x86_64
	# Everything but the hole [64M, 2^47 - 16G): a mapping that fits above goes above.
	confined 0x7ff000000000-0x4000000 VA_LIMIT_BASE=0x7ff010000000 calls \
		'a=mmap 0 128M none noreserve -> lower+128M' 'b=mmap 0 128M none noreserve -> lower' \
		'c=mmap 0 128M none noreserve -> inside' 'set c -> !a' 'set c -> !b'
}

@test "2: when the upper piece is full the lower one is used" {
	x86_64
	# One page above, the rest below.
	confined 0x7fffffffe000-0x4000000 calls 'mmap 0 page none -> lower' \
		'a=mmap 0 page none -> inside' 'set a -> !lower' 'mmap 0 16M none -> inside'
}

@test "2: no mapping lies in the hole or joins the two pieces" {
	x86_64
	confined $WRAPPED calls 'mmap 0 96M none -> ENOMEM' 'mmap 0 128M none -> ENOMEM'
	confined 0x7fffffffe000-0x4000000 calls 'mmap 0 60M none -> inside' \
		'mmap 0 8K none -> inside' 'mmap 0 8M none -> ENOMEM'
}

@test "3: a hint that is free and inside is taken exactly" {
	everywhere $WINDOW calls 'mmap lower+1M 64K -> lower+1M' 'mmap lower+8M+page page -> lower+8M+page'
}

@test "3: an unaligned hint is rounded down to its page" {
	everywhere $WINDOW calls 'mmap lower+1M+1 page -> lower+1M' 'mmap lower+2M+page-1 page -> lower+2M'
}

@test "3: an occupied hint is no error" {
	everywhere $WINDOW calls 'a=mmap lower+1M 64K -> lower+1M' 'b=mmap lower+1M 64K -> inside' \
		'set b -> !a' 'c=mmap a-page 64K -> inside' 'set c -> !a-page' 'd=mmap a+60K 64K -> inside' \
		'set d -> !a+60K'
}

@test "3: a hint outside is placed inside" {
	both $WINDOW calls 'mmap 0x500000000 64K -> inside' 'mmap 0x10000 64K -> inside' \
		'mmap 0x7f0000000000 64K -> inside' 'mmap 0xffff800000000000 64K -> inside' \
		'mmap 0xfffffffffffff000 64K -> inside' 'mmap 1 64K -> inside'
}

@test "3: a hint that straddles a bound is placed inside" {
	both $WINDOW calls 'mmap lower-page 8K -> inside' 'mmap upper-page 8K -> inside' \
		'mmap lower-1M 512M none -> inside' 'mmap upper-1 8K -> inside'
}

@test "3: a hint that straddles or lies in the hole is placed inside" {
	both 0x7f0000000000-0x80000000 calls 'mmap upper-page 8K -> inside' \
		'mmap lower-page 8K -> inside' 'mmap 0x200000000 64K -> inside' 'mmap upper 64K -> inside'
}

@test "3: hint 0 is no hint" {
	both 32bit calls 'a=mmap 0 page -> inside' 'set a -> !0' 'b=mmap 1 page -> inside' 'set b -> !0'
}

@test "4: the only free gap is found where it straddles the base" {
	confined $SMALL VA_LIMIT_BASE=0x202000000 calls 'mmap 0 64M none -> lower' \
		'munmap lower+16M 32M -> 0' 'mmap 0 32M none -> lower+16M'
}

@test "4: the only free gap is found where it straddles a former hint" {
	confined $SMALL calls 'mmap lower+32M page none -> lower+32M' 'munmap lower+32M page -> 0' \
		'mmap 0 64M none -> lower'
}

@test "4: the only free gap is found at either end of the window" {
	confined $SMALL calls 'mmap lower 64M none -> lower' 'munmap lower page -> 0' \
		'mmap 0 page -> lower' 'munmap upper-page page -> 0' 'mmap 0 page -> upper-page'
}

@test "5: lower == upper: what a raw call gets, libc's gets too" {
	# The hole of the second lies above all addresses: nothing is left of it.
	for window in none 2^62-2^61; do
		with auto none VA_LIMIT=$window calls 'a=mmap 0 64K -> ok' 'munmap a 64K -> 0' \
			'raw.mmap 0 64K -> a' 'mmap 0x10000000000 64K -> 0x10000000000' \
			'mmap 0x500000000 page rw fixed -> 0x500000000' 'munmap 0x500000000 page -> 0' \
			'mapped 0x500000000 page -> 0' 'mmap 0x500000000 page -> 0x500000000'
	done
}

@test "5: lower == upper: malloc, threads and libraries work as ever" {
	with auto none mallocs 2
	with auto none threads 8
}

@test "7: placement stays out of the guard gap of a MAP_GROWSDOWN mapping" {
	plain $SMALL stackguard growsdown
	confined $SMALL stackguard growsdown
}

@test "7: placement stays out of the stack's guard gap, and deep recursion works" {
	confined 47bit stackguard main
	confined 0x400000000000-0x10000 stackguard main
}

@test "7: a fixed mapping may lie in the guard gap, as the kernel has it" {
	everywhere $WINDOW calls 'g=mmap lower+16M 64K rw growsdown -> lower+16M' \
		'mmap g-8K page rw noreplace -> g-8K'
}

@test "7: a hint in the guard gap is refused, up to its end" {
	local gap=$((256 * PAGE))

	everywhere $WINDOW calls 'g=mmap lower+16M 64K rw growsdown -> lower+16M' "mmap g-$gap page -> !g-$gap" \
		'mmap g-page page -> !g-page' "mmap g-$gap-page page -> g-$gap-page"
}

@test "7: the room below a stack beyond the window's end is the caller's to map, within the window too" {
	everywhere $WINDOW calls 'g=mmap upper+64K page rw fixed,growsdown -> upper+64K' \
		'mmap upper-64K 64K rw noreplace -> upper-64K' 'munmap g page -> 0' 'munmap upper-64K 64K -> 0' \
		'mmap upper-1M 1M rw noreplace -> upper-1M'
}

@test "7: the room below a mapping at the window's end is fence, also where something lies below it" {
	local -a TRACER=(setarch -R)

	setarch -R true || skip "setarch is not allowed here"
	fenced 0x7e0000000000-0x30000000 VA_LIMIT_GUEST=nobody calls 'mmap upper-64K 128K rw fixed -> ok' \
		'mmap lower 64K rw fixed,growsdown -> lower' 'a=mmap 0 64K -> !inside' \
		'mremap lower-64K page page maymove -> EFAULT' 'munmap lower-64K 64K -> 0' 'fenced lower-64K 64K -> yes'
}

@test "7: a stack limit larger than the address space leaves room for others" {
	ulimit -Hs unlimited 2>/dev/null || skip "the hard limit of the stack is finite"
	ulimit -Ss $((1 << 44))
	both $WINDOW calls 'a=mmap 0 64K -> inside' 'fill a 64K 1' 'raw.mmap 0 64K -> ok'
	both 47bit calls 'a=mmap 0 64K -> inside' 'fill a 64K 1'
}

@test "8: addresses and lengths are counted in the kernel's pages" {
	both $WINDOW calls 'a=mmap 0 1 -> inside' 'aligned a page -> yes' 'mapped a page -> page' \
		'b=mmap 0 page+1 -> inside' 'aligned b page -> yes' 'mapped b page+page -> page+page' \
		'munmap b page+1 -> 0' 'mapped b page+page -> 0'
}

# The first three addresses that a window gives.
addresses() {
	"$@" calls 'a=mmap 0 64K -> inside' 'b=mmap 0 64K -> inside' 'c=mmap 0 64K -> inside'
}

@test "9: two runs differ, as address space randomization wants it" {
	[ "$(cat /proc/sys/kernel/randomize_va_space)" -ne 0 ] || skip "randomization is off"
	for place in $PLACES; do
		a=$(addresses confined 0x200000000-0x1200000000 VA_LIMIT_PLACE=$place)
		b=$(addresses confined 0x200000000-0x1200000000 VA_LIMIT_PLACE=$place)
		[ "$a" != "$b" ] || fail "$place: the same twice: $a"
	done
}

@test "9: without randomization two runs are the same" {
	setarch -R true || skip "setarch is not allowed here"
	program=$GUEST/calls
	a=$(confined $WINDOW setarch -R "$program" 'mmap 0 64K')
	b=$(confined $WINDOW setarch -R "$program" 'mmap 0 64K')
	[ "$a" = "$b" ]
}

@test "9: the same seed gives the same addresses, another one others" {
	for place in $PLACES; do
		a=$(addresses confined $WINDOW VA_LIMIT_PLACE=$place VA_LIMIT_SEED=7)
		b=$(addresses confined $WINDOW VA_LIMIT_PLACE=$place VA_LIMIT_SEED=7)
		c=$(addresses confined $WINDOW VA_LIMIT_PLACE=$place VA_LIMIT_SEED=8)
		[ "$a" = "$b" ] || fail "$place: the same seed differs: $a" "$b"
		[ "$a" != "$c" ] || fail "$place: another seed does not differ: $a"
	done
}

@test "9: random placement does not put mappings side by side" {
	confined $WINDOW VA_LIMIT_PLACE=random VA_LIMIT_SEED=1 calls 'a=mmap 0 64K -> inside' \
		'b=mmap 0 64K -> inside' 'c=mmap 0 64K -> inside' 'set b -> !a-64K' 'set c -> !b-64K'
}

@test "9: bestfit takes the smallest gap that fits, of several the highest, and leaves contents" {
	# Gaps of 128K at a+64K, 64K at a+256K and at a+384K, in a range that is otherwise full.
	both $WINDOW VA_LIMIT_PLACE=bestfit calls 'a=mmap 0 1M -> inside' 'fill a 1M 7' \
		'munmap a+64K 128K -> 0' 'munmap a+256K 64K -> 0' 'munmap a+384K 64K -> 0' \
		'b=mmap 0 64K -> a+384K' 'fill b 64K 1' 'c=mmap 0 64K -> a+256K' 'fill c 64K 2' \
		'd=mmap 0 64K -> a+128K' 'fill d 64K 3' 'e=mmap 0 128K -> a-128K' \
		'f=mmap 0 64K -> a+64K' 'has f 64K 0 -> 1' \
		'has b 64K 1 -> 1' 'has c 64K 2 -> 1' 'has d 64K 3 -> 1' \
		'has a 64K 7 -> 1' 'has a+192K 64K 7 -> 1' 'has a+448K 576K 7 -> 1'
}

@test "9: guest mappings have at least the alignment that was asked for" {
	both $WINDOW VA_LIMIT_ALIGN=64K calls 'a=mmap 0 page -> inside' 'aligned a 64K -> yes' \
		'b=mmap 0 page -> inside' 'aligned b 64K -> yes' 'c=mmap 0 68K -> inside' \
		'aligned c 64K -> yes' 'd=mremap a page 128K maymove -> inside' 'aligned d 64K -> yes'
}

@test "9: freed space is found again at once" {
	both $WINDOW calls 'a=mmap 0 1M -> inside' 'munmap a 1M -> 0' 'mmap 0 1M -> a' \
		'munmap a+64K 64K -> 0' 'mmap 0 64K -> a+64K'
}

# The window's place is such that its ends are multiples of a huge page.
huge() {
	[ "$PAGE" = 4096 ] || skip "pages are not 4 KiB"
	plain $WINDOW calls 'a=mmap 0 2M' 'b=mmap 0 page' 'c=mmap 0 2M' 'd=mmap 0 2M' 'aligned d 2M -> yes' ||
		skip "this kernel does not align for huge pages"
}

@test "6: lengths of whole huge pages are aligned to them, others are not" {
	huge
	everywhere $WINDOW calls 'mmap 0 page' 'a=mmap 0 2M' 'aligned a 2M -> yes' 'mmap 0 page' \
		'b=mmap 0 6M' 'aligned b 2M -> yes'
	# Between the page and the aligned mapping there is room for others.
	confined $SMALL VA_LIMIT_BASE=0x204000000 calls 'mmap 0 page -> 0x203fff000' 'a=mmap 0 2M -> 0x203c00000' \
		'mmap 0 2M+page -> 0x2039ff000' 'mmap 0 1M -> 0x203eff000'
}

# Whether the kernel aligns shared memory (shmem_enabled).
shared_is_aligned() {
	plain $WINDOW calls 'mmap 0 page' 'a=mmap 0 4M rw shared' 'aligned a 2M -> yes' 'mmap 0 page' \
		'b=mmap 0 4M rw shared' 'aligned b 2M -> yes' 2>/dev/null
}

@test "6: shared memory is aligned for huge pages where the kernel does so" {
	huge
	shared_is_aligned || skip "this kernel does not align shared memory"
	everywhere $WINDOW calls 'mmap 0 page' 'a=mmap 0 4M rw shared' 'aligned a 2M -> yes' 'mmap 0 page' \
		'b=mmap 0 6M+page rw shared' 'aligned b 2M -> yes' 's=shmget 4M' 'c=shmat s 0' 'aligned c 2M -> yes'
	fenced $WINDOW VA_LIMIT_PLACE=bottomup calls 'mmap 0 page' 'a=mmap 0 4M rw shared' 'aligned a 2M -> yes'
}

# The library asks by mapping so much; here the answer is a place where nothing is.
@test "6: shared memory is aligned where the kernel seems to do so, to its own formula" {
	huge
	need strace
	with_strace() {
		local -a TRACER=(strace -f -qq -o "$BATS_TEST_TMPDIR/trace" -e trace=mmap "$@")

		confined $SMALL VA_LIMIT_BASE=0x204000000 calls 'mmap 0 page -> 0x203fff000' 'a=mmap 0 2M rw shared -> ok' \
			'b=mmap 0 2M+page rw shared -> ok' 'aligned a 2M' 'aligned b 2M' 's=shmget 4M' 'c=shmat s 0' 'aligned c 2M'
	}
	with_strace
	first=$(awk '{ n[$1]++ } /NULL, 2101248, PROT_READ, MAP_SHARED/ { print n[$1]; exit }' "$BATS_TEST_TMPDIR/trace")
	[ -n "$first" ]
	run with_strace -e inject=mmap:retval=0x600000000000:when=$first..$((first + 1))
	[[ $output == *"a 0x203c00000"*"b 0x203800000"*"aligned 0x1"*"aligned 0x1"*"aligned 0x1"* ]] || fail "$output"
}

@test "6: what has a hint or is shared is not aligned, as the kernel has it" {
	huge
	! shared_is_aligned || skip "this kernel aligns shared memory"
	confined $SMALL VA_LIMIT_BASE=0x204000000 calls 'mmap 0 page -> 0x203fff000' \
		'mmap 0 2M rw shared -> 0x203dff000' 'mmap upper-page 2M -> 0x203bff000'
}

@test "6: a window too narrow for that is filled nevertheless" {
	confined 0x200001000-0x200201000 VA_LIMIT_BASE=0x200201000 calls 'mmap 0 2M -> lower' 'mmap 0 page -> ENOMEM'
}

@test "6: what grows to whole huge pages and moves is aligned" {
	huge
	everywhere $WINDOW calls 'mmap 0 page' 'a=mmap 0 page' 'b=mremap a page 2M maymove' 'aligned b 2M -> yes'
}

@test "6: MAP_HUGETLB is aligned to its own size, a misaligned fixed one is EINVAL" {
	huge
	everywhere $WINDOW calls 'mmap 0 page' 'a=mmap 0 2M rw hugetlb,noreserve -> inside' 'aligned a 2M -> yes' \
		'mmap lower+4K 2M rw hugetlb,noreserve,fixed -> EINVAL' \
		'mmap lower+2M 2M rw hugetlb,noreserve,fixed -> lower+2M'
}

@test "6: MAP_HUGETLB that cannot be placed leaves nothing behind" {
	huge
	# A length that is no multiple of a huge page cannot be unmapped as it was given.
	everywhere 0x200000000-0x200200000 calls 'mmap lower page rw fixed -> lower' 'n=vmas' \
		'mmap lower 24K rw hugetlb,noreserve,validate' 'mmap 0 24K rw hugetlb,noreserve'
	both 0x200000000-0x200200000 calls 'mmap lower page rw fixed -> lower' 'n=vmas' \
		'mmap lower 24K rw hugetlb,noreserve,validate -> ENOMEM' 'mmap 0 24K rw hugetlb,noreserve -> ENOMEM' \
		'vmas -> n'
}

@test "1: a hole of huge pages that fits is found, though the kernel wants room for their alignment too" {
	huge_pages_of_2m
	plain $SMALL calls 'mmap 0 2M none hugetlb,noreserve -> ok' || skip "no huge pages here"
	for what in private file segment; do
		both $SMALL hugeholes 2M $what
		both 32bit hugeholes 2M $what
		fenced $SMALL VA_LIMIT_PLACE=bottomup hugeholes 2M $what
	done
}

@test "1: pages of 1 GiB find the only place that fits" {
	plain none calls 'mmap 0 1G none hugetlb,noreserve,1g -> ok' || skip "no huge pages of 1 GiB here"
	both 0x200000000-0x280000000 calls 'a=mmap lower 1G none hugetlb,noreserve,1g,noreplace -> lower' \
		'munmap a 1G -> 0' 'mmap 0 64K -> ok' 'mmap 0 1G none hugetlb,noreserve,1g -> a'
	"$VACTL" run --window 32bit -- "$GUEST/calls" 'a=mmap 0 1G none hugetlb,noreserve,1g -> ok' \
		'b=mmap 0 1G none hugetlb,noreserve,1g -> ok' 'aligned b 1G -> yes'
}

@test "14: MAP_32BIT goes upwards from 1G, as on x86" {
	[ "$(uname -m)" = x86_64 ] || skip "not on x86-64"
	local -a TRACER=(setarch -R)
	confined map32 calls 'a=mmap 0 64K rw 32bit -> lower' 'mmap 0 page rw 32bit -> lower+64K' \
		'mmap 0 page -> upper-page'
}

@test "14: a host's MAP_32BIT lies between 1G and 2G wherever the window is" {
	[ "$(uname -m)" = x86_64 ] || skip "not on x86-64"
	both $WINDOW VA_LIMIT_HOST=calls GUEST_WINDOW=0x40000000-0x80000000 calls 'a=mmap 0 64K rw 32bit -> inside' \
		'fill a 64K 1' 'mmap 0 64K rw 32bit -> inside' 'munmap a 64K -> 0'
}

@test "14: MAP_32BIT is random where placement is" {
	both 32bit VA_LIMIT_PLACE=random calls 'a=mmap 0 64K rw 32bit -> inside' 'b=mmap 0 64K rw 32bit -> inside' \
		'set a -> !b+64K' 'set b -> !a+64K'
}

@test "14: MAP_ABOVE4G in a window below is ENOMEM, and a hint is honoured" {
	[ "$(uname -m)" = x86_64 ] || skip "not on x86-64"
	kernel_at_least 6.6
	both map32 calls 'mmap 0 64K rw above4g -> ENOMEM' 'mmap lower+1M 64K rw above4g -> lower+1M'
	both $WINDOW calls 'mmap 0 64K rw above4g -> inside'
}

@test "7: a MAP_GROWSDOWN mapping needs no free room below to be placed" {
	everywhere 0x200000000-0x200010000 calls 'mmap 0 64K rw growsdown -> inside'
}

@test "1: no room, but the kernel's own answer to what it refuses anyway" {
	confined $SMALL calls 'mmap lower 64M none fixed -> lower' 'mmap 0 page rw hugetlb,shared /dev/zero -> EINVAL' \
		'mmap 0 page -> ENOMEM'
}
