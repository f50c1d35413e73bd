#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# MAP_FIXED and MAP_FIXED_NOREPLACE.

load helpers

@test "10: MAP_FIXED inside replaces what is there" {
	everywhere $WINDOW calls 'a=mmap lower+1M 64K -> lower+1M' 'fill a 64K 1' \
		'mmap a+16K 16K rw fixed -> a+16K' 'has a 16K 1 -> yes' 'has a+16K 16K 0 -> yes' \
		'has a+32K 32K 1 -> yes' 'munmap a 64K -> 0' 'mapped a 64K -> 0'
}

@test "10: MAP_FIXED on free room inside is an ordinary mapping" {
	everywhere $WINDOW calls 'mmap lower+1M 64K rw fixed -> lower+1M' 'fill lower+1M 64K 3' \
		'b=mmap lower+1M 64K -> inside' 'set b -> !lower+1M'
}

@test "10: MAP_FIXED replaces atomically: a reader never meets a hole" {
	plain $WINDOW replace 1
	both $WINDOW replace 1
}

@test "10: MAP_FIXED_NOREPLACE over something is EEXIST, the contents stay" {
	everywhere $WINDOW calls 'a=mmap lower+1M 64K -> lower+1M' 'fill a 64K 5' \
		'mmap a 64K rw noreplace -> EEXIST' 'mmap a+64K-page 64K rw noreplace -> EEXIST' \
		'mmap a-page page+page rw noreplace -> EEXIST' 'has a 64K 5 -> yes' 'mapped a-page page -> 0' \
		'mapped a+64K 64K -> 0'
}

@test "10: MAP_FIXED_NOREPLACE over what only the kernel knows is EEXIST too" {
	everywhere $WINDOW calls 'raw.mmap lower+1M 64K rw fixed -> lower+1M' \
		'mmap lower+1M page rw noreplace -> EEXIST' 'mmap lower+1M page rw fixed -> lower+1M'
}

@test "10: MAP_FIXED_NOREPLACE over the library's own memory is EEXIST, as over any mapping" {
	both $WINDOW calls 'o=find memfd:valimit -> !0' 'mmap o page rw noreplace -> EEXIST' \
		'mmap o-16M 16M+page none noreplace -> EEXIST' 'mmap o+page page rw noreplace -> EEXIST' \
		'mmap o-1G 1G+page none noreplace,noreserve -> EEXIST' 'mmap 0 page -> inside'
}

@test "10: an unaligned fixed address is EINVAL" {
	everywhere $WINDOW calls 'mmap lower+1M+1 page rw fixed -> EINVAL' \
		'mmap lower+1M+8 page rw noreplace -> EINVAL' 'mapped lower+1M 8K -> 0'
}

@test "10: a fixed address in kernel space is ENOMEM, unaligned ones too" {
	everywhere $WINDOW calls 'mmap 0xffff800000000000 page rw fixed -> ENOMEM' \
		'mmap 0xffff800000000800 page rw fixed -> ENOMEM' \
		'mmap 0xfffffffffffff000 page rw noreplace -> ENOMEM'
}

@test "11: MAP_FIXED outside is allowed, and is as the kernel has it" {
	everywhere $WINDOW calls 'a=mmap 0x500000000 64K rw fixed -> 0x500000000' 'fill a 64K 7' \
		'mmap a+16K page rw fixed -> a+16K' 'has a+16K page 0 -> yes' 'has a 16K 7 -> yes' \
		'munmap a 64K -> 0' 'mmap a page rw noreplace -> a' 'mmap a page rw noreplace -> EEXIST'
}

@test "11: a fixed mapping may straddle a bound" {
	# Not at the upper bound under a fence: malloc has its memory there.
	everywhere $WINDOW calls 'mmap lower-64K 128K rw fixed -> lower-64K' 'fill lower-64K 128K 1' \
		'munmap lower-64K 128K -> 0' 'mmap lower 64K -> lower'
	confined $WINDOW calls 'mmap upper-64K 128K rw fixed -> upper-64K' 'fill upper-64K 128K 1' \
		'mmap upper-64K page -> inside' 'munmap upper-64K 128K -> 0' 'mapped upper-64K 128K -> 0'
}

@test "11: a NOREPLACE mapping may straddle a bound" {
	everywhere $WINDOW calls 'mmap lower-64K 128K rw noreplace -> lower-64K' 'fill lower-64K 128K 1' \
		'mmap lower-64K 128K rw noreplace -> EEXIST' 'has lower-64K 128K 1 -> yes' \
		'munmap lower-64K 128K -> 0' 'mmap lower+64K-page page -> lower+64K-page' \
		'mmap lower-64K 128K rw noreplace -> EEXIST'
}

@test "11: the fence is invisible: NOREPLACE where only the fence is succeeds" {
	fenced $WINDOW calls 'fenced 0x500000000 1M -> yes' \
		'a=mmap 0x500000000 64K rw noreplace -> 0x500000000' 'fill a 64K 1' \
		'mmap upper 64K rw noreplace -> upper' 'mmap lower-64K 64K rw noreplace -> lower-64K'
}

# At `at` there is no mapping, nor at both sides of the mapping in its middle.
nothing=('at=set 0x500000000' 'msync at 64K -> ENOMEM' 'mincore at 64K -> ENOMEM' 'madvise at 64K -> ENOMEM'
	'mlock at 64K -> ENOMEM' 'munlock at 64K -> ENOMEM' 'mprotect at 64K rw -> ENOMEM' 'sys.mprotect at 64K rw -> ENOMEM'
	'sys.madvise at 64K -> ENOMEM' 'msync at+1 64K -> EINVAL' 'madvise at 64K 12345 -> EINVAL' 'mprotect at 0 rw -> 0'
	'madvise at 0 -> 0' 'mprotect at+1 64K rw -> EINVAL'
	'm=mmap at+64K 64K rw fixed -> at+64K' 'fill m 64K 7' 'mprotect at 128K r -> ENOMEM' 'fill m 64K 8'
	'mprotect m 128K r -> ENOMEM' 'mprotect m 64K rw -> 0' 'mincore m 64K -> 0' 'mincore m 128K -> ENOMEM'
	'msync m 64K -> 0' 'msync at 192K -> ENOMEM' 'mlock m 64K -> 0' 'munlock m 64K -> 0' 'has m 64K 8 -> yes'
	'madvise m+32K 96K -> ENOMEM' 'has m 32K 8 -> yes' 'has m+32K 32K 0 -> yes' 'madvise at 192K -> ENOMEM'
	'has m 64K 0 -> yes' 'munmap m 64K -> 0' 'mprotect at 192K rw -> ENOMEM')

@test "11: to mprotect, madvise, msync, mincore and mlock the fence is nothing mapped" {
	everywhere $WINDOW calls "${nothing[@]}"
	everywhere 32bit calls "${nothing[@]}"
	fenced $WINDOW calls "${nothing[@]}" 'fenced at 192K -> yes' 'mmap at 64K rw noreplace -> at'
	"$VACTL" run --window 32bit -- "$GUEST/calls" "${nothing[@]}"
}

@test "11: and so across the window's bounds, and to a sealed fence" {
	everywhere $WINDOW calls 'a=mmap lower 64K rw fixed -> lower' 'fill a 64K 1' 'mprotect lower-64K 128K r -> ENOMEM' \
		'fill a 64K 2' 'madvise lower-64K 128K -> ENOMEM' 'has a 64K 0 -> yes' 'mprotect a 64K r -> 0'
	kernel_at_least 6.10
	with sealed 32bit calls 'mprotect 0x500000000 64K rw -> ENOMEM' 'madvise 0x500000000 64K -> ENOMEM'
}

@test "11: memory of the program's own outside is no fence, inaccessible or not" {
	everywhere $WINDOW calls 'a=mmap 0x500000000 128K none fixed -> 0x500000000' 'mprotect a 64K rw -> 0' 'fill a 64K 3' \
		'mprotect a 128K r -> 0' 'has a 64K 3 -> yes' 'madvise a 128K -> 0' 'mincore a 128K -> 0'
	fenced $WINDOW calls 'a=raw.mmap 0x500000000 64K rw fixed -> 0x500000000' 'fill a 64K 3' 'mprotect a 64K r -> 0' \
		'has a 64K 3 -> yes' 's=find [stack] -> !0' 'mprotect s page rw -> 0'
}

@test "11: with VA_LIMIT_FIXED=deny a fixed mapping outside is ENOMEM, and with NOREPLACE EEXIST" {
	both $WINDOW VA_LIMIT_FIXED=deny calls 'mmap 0x500000000 64K rw fixed -> ENOMEM' \
		'mmap 0x500000000 64K rw noreplace -> EEXIST' 'mmap upper-64K 128K rw fixed -> ENOMEM' \
		'mmap lower-64K 128K rw noreplace -> EEXIST' 'mmap lower 64K rw fixed -> lower' \
		'mmap lower+1M 64K rw fixed -> lower+1M' 'mmap lower+1M+1 page rw fixed -> EINVAL'
}

@test "11: a denied fixed mapping leaves what it was to replace" {
	confined $WINDOW VA_LIMIT_FIXED=deny calls 'a=raw.mmap 0x500000000 64K rw fixed -> 0x500000000' \
		'fill a 64K 9' 'mmap a 64K rw fixed -> ENOMEM' 'has a 64K 9 -> yes'
}

# late HOW: with the library a mapping stays that the kernel alone loses.
late() {
	local lost

	cd "$BATS_TEST_TMPDIR"
	lost=$("$GUEST/latefail" $1 | grep -c lost) || skip "this kernel loses nothing here"
	[ "$(confined $WINDOW latefail $1 | grep -c kept)" -ge "$lost" ]
	[ "$(fenced $WINDOW latefail $1 | grep -c kept)" -ge "$lost" ]
	refute grep -q lost <<<"$(both $WINDOW latefail $1)"
}

@test "12: MAP_FIXED that fails late leaves the old mapping and its contents" {
	late whole
}

@test "12: and so over several mappings, and over a part of one" {
	late pieces
}

@test "12: and so over a reservation, into which nothing gets meanwhile" {
	late reserved
}

@test "12: and so while threads read: they see the old contents throughout" {
	late read
}

@test "12: and so in a window that is full" {
	cd "$BATS_TEST_TMPDIR"
	grep -q lost <<<"$("$GUEST/latefail" full)" || skip "this kernel loses nothing here"
	refute grep -q lost <<<"$(both $SMALL latefail full)"
	grep -q kept <<<"$(both $SMALL latefail full)"
}

@test "12: a file that is mapped over something replaces it, in a full window too" {
	cd "$BATS_TEST_TMPDIR"
	both $SMALL latefail file
}

@test "12: what is refused of an ordinary file is refused before anything is lost, as in the kernel" {
	local kernel

	cd "$BATS_TEST_TMPDIR"
	kernel=$("$GUEST/latefail" early)
	echo "$kernel"
	refute grep -q lost <<<"$kernel"
	[ "$(grep -c ': E' <<<"$kernel")" -ge 9 ]
	diff <(echo "$kernel") <(confined $WINDOW latefail early)
	diff <(echo "$kernel") <(fenced $WINDOW latefail early)
}

@test "12: huge pages over huge pages of a pool that is used up are ENOMEM, and the old ones stay" {
	pool=/sys/kernel/mm/hugepages/hugepages-2048kB
	free=$(($(cat $pool/free_hugepages 2>/dev/null || echo 0) - $(cat $pool/resv_hugepages 2>/dev/null || echo 0)))
	grep -q "^Hugepagesize: *2048 kB" /proc/meminfo && [ "$free" -gt 0 ] && [ "$(cat $pool/nr_overcommit_hugepages)" -eq 0 ] ||
		skip "the pool has no huge pages of 2 MiB that are free"
	size=$((free * 2))M
	both $WINDOW calls "a=mmap 0 $size rw hugetlb -> ok" "fill a $size 7" "mmap a $size rw fixed,hugetlb -> ENOMEM" \
		"has a $size 7 -> yes" "munmap a $size -> 0" "b=mmap 0 $size rw hugetlb -> ok" \
		"munmap b $size -> 0"
	if [ "$free" -gt 1 ]; then
		both $WINDOW calls 'a=mmap 0 2M rw hugetlb -> ok' 'fill a 2M 7' 'mmap a 2M rw fixed,hugetlb -> a' \
			'has a 2M 0 -> yes'
	fi
}

# replaces CALLS WORDS: the lines of strace for a mapping with these words over memory.
replaces() {
	for how in confined fenced; do
		between_marks $how $WINDOW calls 'a=mmap lower+1M 64K rw -> lower+1M' 'fill a 64K 5' 'mark -> ok' \
			"mmap a 64K $2 -> a" 'mark -> ok' 'has a 64K 0 -> yes' >calls
		cat calls
		[ "$(grep -c '^mmap(' calls)" -eq $1 ]
		if [ $1 -eq 1 ]; then refute grep -q '^mremap(' calls; fi
	done
}

@test "12: a file on an ordinary file system replaces in one call, and nothing is aside" {
	need strace
	dd if=/dev/zero of="$BATS_TEST_TMPDIR/file" bs=64K count=1 status=none
	cd "$BATS_TEST_TMPDIR"
	case $(stat -f -c %T .) in ext2/ext3 | xfs | btrfs | tmpfs) ;; *) skip "no ordinary file system here" ;; esac
	replaces 1 'r fixed file'
}

@test "12: and so a shared one, where seals are looked at before anything is unmapped" {
	need strace
	kernel_at_least 6.14
	dd if=/dev/zero of="$BATS_TEST_TMPDIR/file" bs=64K count=1 status=none
	cd "$BATS_TEST_TMPDIR"
	case $(stat -f -c %T .) in ext2/ext3 | xfs | btrfs | tmpfs) ;; *) skip "no ordinary file system here" ;; esac
	replaces 1 'r shared,fixed file'
	replaces 1 'rw shared,fixed file'
	replaces 1 'rw validate,fixed file'
}

@test "11: the fence is invisible: flags that the kernel refuses together" {
	everywhere $WINDOW calls 'mmap 0x500000000 64K r noreplace,validate /dev/zero -> EOPNOTSUPP' \
		'mmap 0x500000000 64K rw noreplace,validate -> EINVAL'
	fenced $WINDOW calls 'mmap 0x500000000 64K rw noreplace,validate -> EINVAL' 'fenced 0x500000000 64K -> yes'
}

@test "11: the fence is invisible: what the kernel refuses before those flags" {
	truncate -s 64K "$BATS_TEST_TMPDIR/file"
	cd "$BATS_TEST_TMPDIR"
	everywhere $WINDOW calls \
		'mmap 0x500000000 64K r noreplace,validate file 0x7ffffffffffff000 -> EOVERFLOW' \
		'mmap 0x500000000 64K r noreplace,validate file -> EOPNOTSUPP'
	fenced $WINDOW calls 'mmap 0x500000000 64K r noreplace,validate file 0x7ffffffffffff000 -> EOVERFLOW' \
		'fenced 0x500000000 64K -> yes'
}

@test "7: the room below a stack outside the window is the caller's to map" {
	everywhere $WINDOW calls 'mmap 0x500000000 64K rw fixed,growsdown -> 0x500000000' \
		'mmap 0x500000000-64K 64K rw noreplace -> 0x500000000-64K' \
		'mremap 0x500000000-128K page page -> EFAULT'
}

@test "13: what mremap cannot move together, before Linux 6.17, leaves the target" {
	[ "$(printf '%s\n' 6.17 "$(uname -r)" | sort -V | head -n 1)" != 6.17 ] || skip "this kernel moves several together"
	both $WINDOW calls 'a=mmap lower+1M 64K -> lower+1M' 'mprotect a+32K 32K r -> 0' 'b=mmap lower+4M 64K -> lower+4M' \
		'fill b 64K 2' 'mremap a 64K 64K maymove,fixed b -> EFAULT' 'has b 64K 2 -> yes' 'mapped a 64K -> 64K'
}

@test "11: a file of huge pages that is mapped by a part of one is there as a whole" {
	huge_pages_of_2m
	plain $WINDOW calls 'mmap 0 4K rw shared,noreserve hugefile -> ok' || skip "no huge pages here"
	everywhere $WINDOW calls 'a=mmap 0x500000000 4K rw shared,noreserve,noreplace hugefile -> 0x500000000' \
		'mmap a+1M page rw noreplace -> EEXIST' 'munmap a page -> EINVAL' 'munmap a 2M -> 0' \
		'mmap a+1M page rw noreplace -> a+1M' 'mmap a 4K rw shared,noreserve,noreplace hugefile -> EEXIST' \
		'has a+1M page 0 -> yes' 'mmap a 4K rw shared,noreserve,fixed hugefile -> a' \
		'mmap a+1M page rw noreplace -> EEXIST' 'munmap a+1M 1M -> EINVAL' 'munmap a 2M -> 0' \
		'mmap a 4M rw noreplace -> a'
	fenced $WINDOW calls 'a=mmap 0x500000000 4K rw shared,noreserve,fixed hugefile -> 0x500000000' 'munmap a 2M -> 0' \
		'fenced a 2M -> yes'
}
