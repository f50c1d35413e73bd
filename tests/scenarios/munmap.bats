#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# munmap: the pages that it frees, the number of its system calls, and the ranges that it must
# not open.

load helpers

@test "25: munmap of one byte frees the page" {
	everywhere $WINDOW calls 'a=mmap lower+1M 64K -> lower+1M' 'munmap a 1 -> 0' 'mapped a page -> 0' \
		'mapped a 64K -> 64K-page' 'mmap a page rw noreplace -> a'
}

@test "25: munmap of an unmapped range is 0" {
	everywhere $WINDOW calls 'munmap lower+1M 16M -> 0' 'a=mmap lower+1M page -> lower+1M' 'munmap a 1M -> 0' \
		'munmap a 1M -> 0' 'mmap a page -> a'
}

@test "25: munmap of length 0, of an unaligned address or past the end is EINVAL" {
	everywhere $WINDOW calls 'a=mmap lower+1M 64K -> lower+1M' 'munmap a 0 -> EINVAL' \
		'munmap a+1 page -> EINVAL' 'munmap a 0xfffffffffffff000 -> EINVAL' \
		'munmap 0xffff800000000000 page -> EINVAL' 'mapped a 64K -> 64K'
}

@test "25: munmap from below what may be mapped, by one without rights" {
	everywhere $WINDOW calls 'seteuid 65534' 'munmap 0 page -> 0' 'munmap 0 1M -> 0' \
		'mmap 0x100000000 64K rw fixed -> 0x100000000' 'a=mmap lower 64K rw fixed -> lower' \
		'munmap 0 lower+page -> 0' 'mapped lower 64K -> 64K-page' \
		'mmap 0x100000000 64K rw noreplace -> 0x100000000'
	fenced $WINDOW calls 'seteuid 65534' 'munmap 0 lower+64K -> 0' 'fenced 0x10000 lower-0x10000 -> yes'
}

# Of 1 GiB at most 4 MiB are kept back.
@test "25: what comes where the window's top was kept back stays, whatever is unmapped" {
	both $WINDOW calls 'munmap upper-4M 4M -> 0' 'a=mmap 0 4M+page -> ok' 'fill a 4M 7' \
		'mprotect a 4M none -> 0' 'mmap 0 upper-lower -> ENOMEM' 'mprotect a 4M rw -> 0' 'has a 4M 7 -> yes'
}

@test "25: munmap of a part splits: both rests stay, the room is found again" {
	everywhere $WINDOW calls 'a=mmap lower+1M 64K -> lower+1M' 'fill a 64K 1' 'munmap a+16K 16K -> 0' \
		'has a 16K 1 -> yes' 'has a+32K 32K 1 -> yes' 'mapped a 64K -> 48K' \
		'mmap a page rw noreplace -> EEXIST' 'mmap a+32K page rw noreplace -> EEXIST' \
		'mmap a+16K 16K -> a+16K'
}

@test "25: munmap of the head and of the tail leaves the middle" {
	everywhere $WINDOW calls 'a=mmap lower+1M 64K -> lower+1M' 'fill a 64K 1' 'munmap a-16K 32K -> 0' \
		'munmap a+48K 32K -> 0' 'has a+16K 32K 1 -> yes' 'mapped a-16K 128K -> 32K'
}

# 64 mappings that do not merge, then all of them unmapped between two marks. Under a fence
# the heap begins somewhere in the lowest 32 MiB.
many_then_one() {
	local -a statements=()

	for i in {0..63}; do
		prot=r
		[ $((i % 2)) -eq 0 ] || prot=rw
		statements+=("mmap lower+64M+$((i * 65536)) 64K $prot -> lower+64M+$((i * 65536))")
	done
	"$@" $WINDOW calls "${statements[@]}" 'mark' 'munmap lower+64M 4M -> 0' 'mark' 'mapped lower+64M 4M -> 0'
}

@test "25: any number of mappings in one munmap is one system call" {
	need strace
	steps=$(between_marks many_then_one confined)
	[ "$(wc -l <<<"$steps")" -eq 1 ] || fail "$steps"
	[[ $steps == munmap\(0x204000000,\ 4194304\)* ]]
}

@test "25: and under a fence too" {
	need strace
	steps=$(between_marks many_then_one fenced)
	[ "$(wc -l <<<"$steps")" -eq 1 ] || fail "$steps"
}

@test "26: what is unmapped outside is fenced again" {
	fenced $WINDOW calls 'a=mmap 0x500000000 64K rw fixed -> 0x500000000' 'fill a 64K 1' 'n=vmas' \
		'munmap a 64K -> 0' 'fenced a-1M 2M -> yes' 'raw.mmap a 64K -> inside'
	fenced $WINDOW calls 'n=vmas' 'mmap 0x500000000 64K rw fixed -> 0x500000000' \
		'munmap 0x500000000 64K -> 0' 'vmas -> n'
}

@test "26: a part that is unmapped outside is fenced again, the rest stays" {
	fenced $WINDOW calls 'a=mmap 0x500000000 64K rw fixed -> 0x500000000' 'fill a 64K 1' \
		'munmap a+16K 16K -> 0' 'fenced a+16K 16K -> yes' 'has a 16K 1 -> yes' 'has a+32K 32K 1 -> yes'
}

@test "26: what is moved away from outside is fenced again" {
	fenced $WINDOW calls 'a=mmap 0x500000000 64K rw fixed -> 0x500000000' 'fill a 64K 1' \
		'b=mremap a 64K 64K maymove,fixed lower+1M -> lower+1M' 'has b 64K 1 -> yes' 'fenced a 64K -> yes' \
		'c=mmap 0x600000000 64K rw fixed -> 0x600000000' 'mremap c 64K 16K -> c' 'fenced c+16K 48K -> yes'
}

@test "26: a munmap across the bound frees inside and fences outside" {
	fenced $WINDOW calls 'mmap lower-64K 128K rw fixed -> lower-64K' 'munmap lower-64K 128K -> 0' \
		'fenced lower-64K 64K -> yes' 'mapped lower 64K -> 0' 'mmap lower 64K -> lower'
}

@test "26: a munmap that fails at a part of a huge page leaves the fence invisible" {
	plain $WINDOW calls 'mmap 0 2M rw hugetlb,noreserve -> ok' || skip "no huge pages here"
	everywhere $WINDOW calls 'mmap lower 2M rw hugetlb,noreserve,fixed -> lower' 'munmap lower-64K 1M -> EINVAL' \
		'mapped lower 2M -> 2M' 'mmap lower-128K 128K rw noreplace -> lower-128K' 'fill lower-128K 128K 1'
}

@test "26: a huge page that is moved away from outside by a part of its size is fenced as a whole" {
	plain $WINDOW calls 'mmap 0 2M rw hugetlb,noreserve -> ok' || skip "no huge pages here"
	everywhere $WINDOW calls 'a=mmap 0x500000000 2M rw hugetlb,noreserve,fixed -> 0x500000000' \
		'mremap a page page maymove,fixed lower+2M -> lower+2M' 'mapped lower+2M 2M -> 2M' \
		'mmap a 2M rw noreplace -> a'
	fenced $WINDOW calls 'a=mmap 0x500000000 2M rw hugetlb,noreserve,fixed -> 0x500000000' \
		'mremap a page page maymove,fixed lower+2M -> lower+2M' 'fenced a 2M -> yes'
}

@test "26: a munmap of the fence by the program changes nothing" {
	fenced $WINDOW calls 'n=vmas' 'munmap upper 1G -> 0' 'munmap 0x500000000 64K -> 0' \
		'munmap 0x10000 16M -> 0' 'vmas -> n' 'fenced upper 1G -> yes' 'fenced 0x10000 16M -> yes' \
		'raw.mmap 0 64K -> inside' 'raw.mmap 0x500000000 64K -> inside'
}

@test "26: a hole that could not be closed at once is fence like any other when it is" {
	fenced $WINDOW calls 'a=mmap 0x500000000 64K rw fixed -> 0x500000000' 'raw.limit as 1M -> 0' \
		'munmap a 64K -> 0' 'raw.limit as 0-1 -> 0' 'munmap a-64K 1M -> 0' 'fenced a-64K 1M -> yes' 'mmap a 64K rw noreplace -> a'
}

@test "27: munmap of sealed memory is EPERM and the table keeps it" {
	kernel_at_least 6.10
	plain $WINDOW calls 'a=mmap lower+1M 64K -> lower+1M' 'mseal a 64K -> 0' || skip "this kernel does not seal"
	everywhere $WINDOW calls 'a=mmap lower+1M 64K -> lower+1M' 'fill a 64K 1' 'mseal a 64K -> 0' \
		'munmap a 64K -> EPERM' 'munmap a-64K 256K -> EPERM' 'has a 64K 1 -> yes' \
		'mremap a 64K 128K maymove -> EPERM' 'mmap a 64K rw fixed -> EPERM' \
		'mmap a page rw noreplace -> EEXIST' 'b=mmap a 64K -> inside' 'set b -> !a' 'has a 64K 1 -> yes'
}

@test "27: sealed memory inside a larger munmap saves its neighbours" {
	kernel_at_least 6.10
	plain $WINDOW calls 'a=mmap lower+1M 64K -> lower+1M' 'mseal a 64K -> 0' || skip "this kernel does not seal"
	everywhere $WINDOW calls 'a=mmap lower+1M 64K -> lower+1M' 'fill a 64K 1' 'mseal a+32K page -> 0' \
		'munmap a 64K -> EPERM' 'has a 64K 1 -> yes' 'mmap a page rw noreplace -> EEXIST'
}

@test "27: sealed memory inside saves what lies outside the window, in the same munmap" {
	kernel_at_least 6.10
	plain $WINDOW calls 'a=mmap lower+1M 64K -> lower+1M' 'mseal a 64K -> 0' || skip "this kernel does not seal"
	everywhere $WINDOW calls 'a=mmap lower-64K 128K rw fixed -> lower-64K' 'fill a 128K 1' \
		'mseal lower page -> 0' 'munmap a 128K -> EPERM' 'has a 128K 1 -> yes'
}
