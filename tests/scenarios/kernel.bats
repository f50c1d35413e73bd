#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# Growing mappings, limits of the system, and mappings that the library has not
# seen: made by calls that go past it.

load helpers

# steps_at_most COUNT COMMAND...: not counted is how often the kernel's list is
# read on, which depends on its length.
steps_at_most() {
	local steps most=$1

	need strace
	shift
	steps=$(between_marks "$@") || return
	[ "$(grep -cv '^read(' <<<"$steps")" -le "$most" ] || fail "too many system calls:" "$(head <<<"$steps")"
}

@test "28: io_uring's rings, which refuse any address, are placed or ENOMEM" {
	plain $WINDOW iouring || skip "no io_uring here"
	both $WINDOW iouring
}

@test "29: a driver that refuses any address: inside under a fence, else ENOMEM and nothing mapped" {
	local at

	plain $WINDOW driver || skip "no seccomp filters here"
	[ "$(confined $WINDOW driver)" = ENOMEM ]
	at=$(fenced $WINDOW driver)
	((at >= ${WINDOW%-*} && at < ${WINDOW#*-}))
}

@test "29: and so with a policy of the library's own" {
	local at

	plain $WINDOW driver || skip "no seccomp filters here"
	at=$(fenced $WINDOW VA_LIMIT_PLACE=bottomup driver)
	((at >= ${WINDOW%-*} && at < ${WINDOW#*-}))
}

@test "29: a dumb buffer of a DRM device, with libdrm, lies inside" {
	local device card=''

	for device in /sys/class/drm/card*/device; do
		[[ $(realpath "$device") != */vgem ]] || card=/dev/dri/$(basename "${device%/device}")
	done
	[ -w "$card" ] || skip "no vgem here, a DRM device without hardware (modprobe vgem)"
	run plain none dumbbuffer "$card"
	[ "$status" -ne 77 ] || skip "libdrm is not installed"
	[ "$status" -eq 0 ] || fail "$output"
	for window in 32bit 47bit; do
		both $window dumbbuffer "$card"
		GUEST_WINDOW=$(bounds $window) GUEST_FENCED=1 "$VACTL" run --window $window --reach whole -- \
			"$GUEST/dumbbuffer" "$card"
	done
}

@test "30: munmap frees what a MAP_GROWSDOWN mapping has grown by" {
	everywhere $WINDOW calls 'g=mmap lower+16M 64K rw growsdown -> lower+16M' 'fill g-16K 16K 1' \
		'mapped g-16K 80K -> 80K' 'mmap g-16K page rw noreplace -> EEXIST' 'munmap g-16K 80K -> 0' \
		'mapped g-16K 80K -> 0' 'mmap g-16K 80K -> g-16K'
}

@test "30: nothing is placed over what has grown" {
	confined $SMALL calls 'g=mmap lower+32M 64K rw growsdown -> lower+32M' 'fill g-64K 64K 1' \
		'mmap g+64K 31M+960K none -> g+64K' 'a=mmap 0 27M none -> inside' 'has g-64K 64K 1 -> yes' \
		'mmap g-64K page rw noreplace -> EEXIST'
}

@test "31: RLIMIT_AS set later: ENOMEM at once, and nothing is lost" {
	steps_at_most 1 confined $WINDOW calls 'a=mmap 0 64K -> inside' 'limit as 512M -> 0' \
		'mark' 'mmap 0 768M -> ENOMEM' 'mark' 'b=mmap 0 64K -> inside' 'set b -> a-64K'
}

# The rest of a limit of 1 GiB, with the fence and without; a raw call sees the fence.
counted=('limit as 1G -> 0' 'getlimit as -> 1G' 'sys.getlimit as -> 1G' 'mmap 0 1G+128M none -> ENOMEM'
	'raw.mmap 0 1G+128M none -> ENOMEM' 'a=mmap 0 64M -> inside' 'fill a 64M 1' 'munmap a 64M -> 0'
	'sys.limit as 2G+1 -> 0' 'getlimit as -> 2G+1' 'mmap 0 1G none -> ok')

@test "31: RLIMIT_AS that is set later limits the program, and does not count the fence" {
	everywhere 32bit calls "${counted[@]}"
	everywhere 0x100000000-0x400000000000 calls "${counted[@]}"
	"$VACTL" run --window 32bit -- "$GUEST/calls" "${counted[@]}"
	fenced 32bit calls 'limit as 1G -> 0' 'raw.getlimit as -> !1G'
}

@test "31: the hard limit on address space is the program's, too" {
	everywhere 32bit calls 'limit as 1G 2G -> 0' 'getlimit as hard -> 2G' 'limit as 2G -> 0' \
		'getlimit as -> 2G' 'limit as 2G+1 -> EINVAL' 'seteuid 65534 -> 0' 'limit as 2G 2G+4K -> EPERM' \
		'limit as 1G 1G -> 0' 'getlimit as hard -> 1G'
}

@test "31: children of a program that has limited its address space are confined in it" {
	fenced 32bit bash -c 'ulimit -v 8000000 && x=$(seq 100000) && [ ${#x} -gt 500000 ] && [ "$(ulimit -v)" = 8000000 ] &&
		"$0" "$@"' "$GUEST/calls" 'getlimit as -> 8000000K' 'raw.mmap 0 64K -> inside' 'mmap 0 9G none -> ENOMEM'
	"$VACTL" run --window 32bit -- bash -c 'ulimit -v 8000000 && x=$(seq 100000) && [ ${#x} -gt 500000 ] &&
		[ "$(ulimit -v)" = 8000000 ] && "$0" "$@"' "$GUEST/calls" 'getlimit as -> 8000000K' 'raw.mmap 0 64K -> ok'
}

@test "31: a soft limit on address space at the start leaves the fence where the hard one admits it" {
	[ "$(ulimit -Hv)" = unlimited ] || skip "the hard limit is finite"
	for n in 1 2; do
		(ulimit -Sv 8000000 && fenced 32bit calls 'getlimit as -> 8000000K' 'raw.mmap 0 64K -> inside' \
			'mmap 0 9G none -> ENOMEM')
		(ulimit -Sv 8000000 && "$VACTL" run --window 32bit -- "$GUEST/calls" 'getlimit as -> 8000000K')
	done
}

@test "31: limits that change leave what RLIMIT_AS has for the program" {
	need python3
	fenced 32bit python3 -c '
import ctypes, mmap, resource
gib = 1 << 30
resource.setrlimit(resource.RLIMIT_AS, (gib, gib))
libc = ctypes.CDLL(None, use_errno=True)
class Limit(ctypes.Structure):
    _fields_ = [("lower", ctypes.c_ulong), ("upper", ctypes.c_ulong)]
def window(lower, upper):
    limit = Limit(lower, upper)
    return libc.prctl(0x56415331, ctypes.byref(limit))
assert window(0x10000, 0x800000000) == 0, ctypes.get_errno()
assert resource.getrlimit(resource.RLIMIT_AS) == (gib, gib)
m = mmap.mmap(-1, 256 << 20)
m[:4] = b"abcd"
try:
    mmap.mmap(-1, gib)
    raise SystemExit("the limit does not hold")
except OSError:
    pass
'
}

@test "31: RLIMIT_MEMLOCK: what is locked when it is mapped outside counts until it is unmapped" {
	plain $WINDOW locked || skip "4 MiB may not be locked here"
	both $WINDOW locked
}

@test "31: RLIMIT_DATA: ENOMEM at once, and nothing is lost" {
	everywhere $WINDOW calls 'limit data 16M -> 0' 'mmap 0 64M -> ENOMEM' 'mmap 0 64M none -> inside' \
		'mmap 0 1M -> inside'
	steps_at_most 1 confined $WINDOW calls 'limit data 16M -> 0' 'mark' 'mmap 0 64M -> ENOMEM' 'mark'
	# The first answer of this kind also releases the reserved part of the window's top.
	steps_at_most 1 fenced $WINDOW calls 'limit data 16M -> 0' 'mmap 0 64M -> ENOMEM' \
		'mark' 'mmap 0 64M -> ENOMEM' 'mark'
}

@test "31: overcommit: ENOMEM at once" {
	# More memory than the machine has, where the kernel counts at all.
	plain $WINDOW calls 'mmap 0 64T rw -> ENOMEM' || skip "this kernel promises everything"
	steps_at_most 1 confined 0x100000000-0x400000000000 calls 'mark' 'mmap 0 60T rw -> ENOMEM' \
		'mark' 'mmap 0 64K -> inside'
}

# strictly COMMAND...: with vm.overcommit_memory=2, and far more memory promised
# than there is.
strictly() (
	mode=$(cat overcommit_memory)
	ratio=$(cat overcommit_ratio)
	kbytes=$(cat overcommit_kbytes)
	restore() {
		echo "$mode" >/proc/sys/vm/overcommit_memory
		echo "$ratio" >/proc/sys/vm/overcommit_ratio
		[ "$kbytes" -eq 0 ] || echo "$kbytes" >/proc/sys/vm/overcommit_kbytes
	}
	trap restore EXIT
	trap 'exit 1' HUP INT TERM
	echo $((70 << 30)) >overcommit_kbytes
	echo 2 >overcommit_memory
	"$@"
)

all_is_counted() {
	local wide=0x100000000-0x540000000000

	# The kernel only counts these here; the fence it does not.
	everywhere $wide calls 'mmap 0 80T rw noreserve -> ENOMEM' 'mmap 0 80T none -> inside' 'mmap 0 64K -> inside'
	both $WINDOW calls 'mmap 0 64K -> inside'
	steps_at_most 1 confined $wide calls 'mark' 'mmap 0 80T rw noreserve -> ENOMEM' 'mark'
	steps_at_most 1 fenced $wide calls 'mmap 0 80T rw noreserve -> ENOMEM' \
		'mark' 'mmap 0 80T rw noreserve -> ENOMEM' 'mark'
}

@test "31: vm.overcommit_memory=2: the kernel's ENOMEM at once, and the fence is not counted" {
	# The limit is the whole machine's: a mapping of any other program could be refused.
	[ -n "${ALONE-}" ] || skip "only on a machine that the tests have for themselves"
	need strace
	plain $WINDOW calls 'mmap 0 80T rw noreserve -> ok' ||
		skip "no room for 80 TiB here, or memory is counted"
	cd /proc/sys/vm
	{ cat overcommit_memory >overcommit_memory; } 2>/dev/null || skip "vm.overcommit_memory cannot be set here"
	strictly all_is_counted
}

# group_make BYTES: a memory cgroup, GROUP.
group_make() {
	for root in /sys/fs/cgroup/memory /sys/fs/cgroup; do
		GROUP=$root/valimit-test-$$
		mkdir "$GROUP" 2>/dev/null || continue
		for limit in memory.limit_in_bytes memory.max; do
			[ ! -w "$GROUP/$limit" ] || ! echo "$1" >"$GROUP/$limit" || return 0
		done
		rmdir "$GROUP"
	done
	GROUP=
	skip "no memory cgroup can be made here"
}

teardown() {
	[ -z "$GROUP" ] || rmdir "$GROUP"
}

grouped() {
	(echo "$BASHPID" >"$GROUP/cgroup.procs" && "$@")
}

@test "31: a memory cgroup: the kernel's answer, and the same room for the program" {
	group_make 64M
	for way in plain confined fenced; do
		grouped $way $WINDOW calls 'a=mmap 0 56M' 'fill a 56M 1' 'munmap a 56M -> 0' \
			'mmap 0 1G rw -> ok'
		run grouped $way $WINDOW calls 'a=mmap 0 1G' 'fill a 80M 1'
		[ "$status" -eq 137 ] || fail "$way: $status, $output"
	done
}

@test "31: a window without room is ENOMEM at once" {
	steps_at_most 2 confined $SMALL calls 'mmap 0 64M none -> lower' 'mark' 'mmap 0 page -> ENOMEM' 'mark'
}

mappings() {
	"$@" maxmaps | tee /dev/stderr
}

@test "31: vm.max_map_count: as many mappings as without the library, then ENOMEM at once" {
	[ "$(cat /proc/sys/vm/max_map_count)" -le 150000 ] || skip "vm.max_map_count is large"
	bare=$(mappings plain $WINDOW)
	for way in confined fenced; do
		ours=$(mappings $way $WINDOW)
		[ "$(awk '/mappings/ { print $2 }' <<<"$ours")" -ge "$(awk '/mappings/ { print $2 - 4 }' <<<"$bare")" ]
		[ "$(awk '/^ms/ { print $2 }' <<<"$ours")" -le 200 ]
	done
}

@test "32: an unseen obstacle of 1.25 GiB costs one query" {
	local steps=6

	# A try, the query (open, ask, close), and the try that works. Before 6.11
	# the answer is no, and the list is opened, read and closed.
	printf '%s\n' 6.11 "$(uname -r)" | sort -VC || steps=9
	steps_at_most $steps confined 0x200000000-0x280000000 VA_LIMIT_BASE=0x280000000 calls \
		'raw.mmap upper-1280M 1280M none fixed -> upper-1280M' 'mark' \
		'mmap 0 64K -> upper-1280M-64K' 'mark'
}

@test "32: an unseen obstacle's contents stay" {
	confined $SMALL VA_LIMIT_BASE=0x204000000 calls \
		'a=raw.mmap upper-1M 64K rw fixed -> upper-1M' 'fill a 64K 1' 'mmap 0 960K -> upper-960K' 'mmap 0 1M -> a-1M' 'mmap 0 32M -> a-33M' 'has a 64K 1 -> yes'
}

@test "32: unseen mappings that have gone are noticed before ENOMEM" {
	confined $SMALL calls 'raw.mmap lower 64M none fixed,noreserve -> lower' 'mmap 0 page -> ENOMEM' \
		'raw.munmap lower+8M 16M -> 0' 'mmap 0 16M none -> lower+8M' 'raw.munmap lower 64M -> 0' \
		'mmap 0 64M none -> lower'
}

@test "32: so they are where the process's first thread has ended" {
	confined $SMALL leaderless
}

@test "32: what the library mapped and a raw call unmapped can be mapped again" {
	confined $SMALL calls 'mmap 0 64M none -> lower' 'raw.munmap lower+8M 8M -> 0' \
		'mmap 0 8M none -> lower+8M' 'raw.munmap lower 64M -> 0' 'mmap lower 64M none -> lower'
}

@test "32: a hundred unseen pages do not hide the room between them" {
	local -a statements=()

	for i in {0..99}; do
		statements+=("raw.mmap lower+$((i * 655360)) page r fixed -> lower+$((i * 655360))")
	done
	# From the very top, or the two would leave too little of the only larger gap.
	confined $SMALL VA_LIMIT_BASE=${SMALL#*-} calls "${statements[@]}" 'a=mmap 0 636K none -> inside' \
		'b=mmap 0 636K none -> inside' 'mmap 0 637K none -> inside'
}
