#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# Emulators: the guest's addresses inside, the emulator's own outside; and the environment of
# programs with special needs.

load helpers
load api

THUNK=$GUEST/.libs/libthunk.so

# emulator [NAME=VALUE]... ARGUMENT...: in the ways of a linked library. The output is the table
# of all places.
emulator() {
	local -a set=()

	while [[ $1 == *=* ]]; do
		set+=("$1")
		shift
	done
	for way in linked both; do
		run way "$way" "${set[@]}" emulator "$@"
		[ "$status" -eq 0 ] || fail "$way: emulator $*: $output"
		echo "# $way: emulator ${set[*]} $*" && echo "$output"
		refute grep -E ' guest +outside$' <<<"$output"
	done
}

@test "a 32-bit guest: host and guest by scope, thunks off" {
	emulator scope 32
	refute grep -E ' host +inside$' <<<"$output"
}

@test "a 32-bit guest: host and guest by scope, thunks on" {
	emulator scope 32 "$THUNK"
	refute grep -E ' host +inside$' <<<"$output"
	[ "$(grep -c inside <<<"$output")" -eq 10 ]
}

@test "a 32-bit guest: the emulator is host by VA_LIMIT_HOST" {
	emulator VA_LIMIT_HOST='*/emulator' module 32
	emulator VA_LIMIT_HOST='*/emulator' module 32 "$THUNK"
	refute grep -E ' host +inside$' <<<"$output"
}

@test "a 32-bit guest: the thunks are guests by VA_LIMIT_GUEST" {
	emulator VA_LIMIT_GUEST='libthunk*' module 32 "$THUNK"
	refute grep -E ' host +inside$' <<<"$output"
}

@test "a 64-bit guest below 2^46: by scope, thunks off and on" {
	emulator scope 46
	emulator scope 46 "$THUNK"
	refute grep -E ' host +inside$' <<<"$output"
}

@test "a 64-bit guest below 2^46: by module, thunks off and on" {
	emulator VA_LIMIT_HOST='*/emulator' module 46
	emulator VA_LIMIT_HOST='*/emulator' module 46 "$THUNK"
	emulator VA_LIMIT_GUEST='libthunk*' module 46 "$THUNK"
	refute grep -E ' host +inside$' <<<"$output"
}

@test "a 64-bit guest below 2^47: by scope and by module, thunks off and on" {
	emulator scope 47
	emulator scope 47 "$THUNK"
	emulator VA_LIMIT_HOST='*/emulator' module 47 "$THUNK"
	emulator VA_LIMIT_GUEST='libthunk*' module 47 "$THUNK"
}

@test "allocating around the hole leaves the guest's image in it untouched" {
	emulator hole
	emulator hole "$THUNK"
	grep -q 'the image in the hole' <<<"$output"
}

# ---- programs with wishes of their own ----------------------------------------

@test "14: SBCL's hint 0x50000000 with MAP_32BIT is honoured" {
	both 32bit calls 'mmap 0x50000000 64M rw 32bit -> 0x50000000'
	both map32 calls 'mmap 0x50000000 64M rw 32bit -> 0x50000000'
	both 0x10000-0x7fffffff0000 calls 'mmap 0x50000000 64M rw 32bit -> 0x50000000'
}

@test "14: without a hint, or with one at 2G, above or across it, MAP_32BIT lies in 1G to 2G" {
	for window in 32bit map32 0x60000000-0x400000000000; do
		both $window GUEST_WINDOW=0x40000000-0x80000000 calls 'mmap 0 64K rw 32bit -> inside' \
			'mmap 0x80000000 64K rw 32bit -> inside' 'mmap 0x7ffff000 64K rw 32bit -> inside' \
			'mmap 0x900000000 64M rw 32bit -> inside'
	done
}

@test "14: MAP_32BIT in a window disjoint from it is ENOMEM, and ignored where fixed" {
	both $WINDOW calls 'mmap 0 64K rw 32bit -> ENOMEM' 'mmap 0x50000000 64K rw 32bit -> ENOMEM' \
		'mmap lower 64K rw 32bit -> ENOMEM' 'mmap lower+1M 64K rw 32bit,fixed -> lower+1M' \
		'mmap lower+2M 64K rw 32bit,noreplace -> lower+2M'
}

@test "14: Mono's trampolines, many small pages with MAP_32BIT, lie below 2G" {
	local -a calls=()

	for i in $(seq 200); do
		calls+=('mmap 0 64K rwx 32bit -> inside')
	done
	both 32bit GUEST_WINDOW=0x40000000-0x80000000 calls "${calls[@]}" >/dev/null
	both 46bit GUEST_WINDOW=0x40000000-0x80000000 calls "${calls[@]}" >/dev/null
}

@test "LuaJIT's chain of growing mremaps stays inside" {
	local -a calls=('a=mmap 0 64K -> inside' 'fill a 4K 3')
	local size=65536

	while ((size < 1 << 30)); do
		calls+=("a=mremap a $size $((size * 2)) maymove -> inside" 'has a 4K 3 -> yes'
			"mmap a+$((size * 2)) 64K -> inside")
		((size *= 2))
	done
	both 46bit calls "${calls[@]}"
	both 47bit calls "${calls[@]}"
	both 32bit calls "${calls[@]:0:40}"
}

@test "V8's reservation in descending sizes finds the largest that fits" {
	local -a calls=()

	# 2^39 begins at the least address that the kernel allows, so half of it is
	# the largest that fits; a library or two may lie there.
	for size in 1024 512; do
		calls+=("mmap 0 ${size}G none noreserve -> ENOMEM")
	done
	for size in 256 128 64; do
		calls+=("mmap 0 ${size}G none noreserve -> inside")
	done
	both 39bit calls "${calls[@]}" 'mmap 0 64G none noreserve -> ENOMEM' 'mmap 0 32G none noreserve -> inside' \
		'mmap 0 64K -> inside'
}

@test "Go's hints at 0xc000000000 and mimalloc's at 2 TiB are moved inside" {
	for window in 32bit $WINDOW 0x7f0000000000-0x80000000; do
		both $window calls 'a=mmap 0xc000000000 64M none noreserve -> inside' \
			'b=mmap 0xc004000000 64M none noreserve -> inside' 'mmap b 64M rw fixed -> b' \
			'c=mmap 0x20000000000 32M rw noreserve -> inside' 'fill c 4K 1' \
			'mmap 0x20002000000 32M rw noreserve -> inside' 'has c 4K 1 -> yes'
	done
	both 46bit calls 'mmap 0xc000000000 64M none noreserve -> 0xc000000000' \
		'mmap 0x20000000000 32M rw noreserve -> 0x20000000000'
}

# ---- what refuses addresses ----------------------------------------------------

@test "28, 29: rings whose address the kernel alone chooses lie inside or are ENOMEM" {
	plain $WINDOW iouring || skip "no io_uring here"
	fenced $WINDOW iouring
	run confined $WINDOW iouring
	[ "$status" -eq 0 ] || [[ $output == *ENOMEM* ]] || fail "$output"
}
