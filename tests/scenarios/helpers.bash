# SPDX-License-Identifier: MIT
#
# The scenarios share these functions: ways to run a guest, with the library and without.

# A window that is empty when a program starts, and a small one that single pages can fill.
# Programs lie above and below them.
WINDOW=0x200000000-0x240000000
SMALL=0x200000000-0x204000000

# The policies that VA_LIMIT_PLACE names.
PLACES='topdown bottomup random bestfit'

PAGE=$(getconf PAGESIZE)

need() {
	command -v "$1" >/dev/null || skip "$1 is not installed"
}

kernel_at_least() {
	printf '%s\n' "$1" "$(uname -r)" | sort -VC || skip "needs Linux $1"
}

# For tests that know the size of a huge page.
huge_pages_of_2m() {
	grep -q '^Hugepagesize: *2048 kB' /proc/meminfo || skip "no huge pages of 2 MiB here"
}

# The lowest address that the kernel allows, a multiple of the page.
space_min() {
	local min=$((($(cat /proc/sys/vm/mmap_min_addr) + PAGE - 1) / PAGE * PAGE))

	printf '0x%x' $((min ? min : PAGE))
}

# A window as guests want it: exact addresses.
bounds() {
	case $1 in
	*bit) printf '%s-0x%x' "$(space_min)" $((1 << ${1%bit})) ;;
	map32) echo 0x40000000-0x80000000 ;;
	none) echo 0x0-0x0 ;;
	*) echo "$1" ;;
	esac
}

# A guest's path; any other program keeps its name.
program_path() {
	if [ -x "$GUEST/$1" ]; then echo "$GUEST/$1"; else echo "$1"; fi
}

# with FENCE WINDOW [NAME=VALUE]... PROGRAM [ARGUMENT]...
# TRACER, an array, is put in front. PATIENCE: seconds that it may take.
with() {
	local fence=$1 window=$2 program
	local -a set=(GUEST_WINDOW="$(bounds "$2")" VA_LIMIT="$window" VA_LIMIT_FENCE="$fence")

	[ "$fence" = off ] || set+=(GUEST_FENCED=1)
	shift 2
	while [[ $1 == *=* ]]; do
		set+=("$1")
		shift
	done
	program=$(program_path "$1")
	shift
	"${TRACER[@]}" timeout -k 5 "${PATIENCE:-60}" env "${set[@]}" LD_PRELOAD="$VALIMIT_LIB" "$program" "$@"
}

confined() { # reach calls
	with off "$@"
}

fenced() { # reach process
	with on "$@"
}

both() {
	confined "$@" && fenced "$@"
}

# On the bare kernel, whose word decides; a window is only for names.
plain() {
	local window=$1

	shift
	timeout -k 5 60 env GUEST_WINDOW="$(bounds "$window")" GUEST_UNCONFINED=1 \
		"$(program_path "$1")" "${@:2}"
}

# The statements must hold on the bare kernel, without and with a fence.
everywhere() {
	plain "$@" && both "$@"
}

# The system calls between the two marks of `calls`, one a line, its own output left out. Needs
# strace.
between_marks() {
	local trace=$BATS_TEST_TMPDIR/trace

	local -a TRACER=(strace -f -qq -o "$trace")
	"$@" >/dev/null || return
	awk '/close\(-4242\)/ { marks++; next } marks == 1 && !/write\(1,/ { sub(/^[0-9]+ +/, ""); print }
	     END { exit marks != 2 }' "$trace"
}

# Fails with a text of its own.
fail() {
	printf '%s\n' "$@" >&2
	return 1
}

# A negated command does not fail a test; this does.
refute() {
	if "$@"; then
		fail "should have failed: $*"
	fi
}

# A Python program, not a wrapper that picks one. Needs python3.
python_path() {
	python3 -c 'import sys; print(sys.executable)'
}

# Runs a program in which a system call fails: refuse NUMBER ERRNO PROGRAM...
refuse() {
	"$(python_path)" -c 'import ctypes, os, struct, sys
libc = ctypes.CDLL(None)
number, error = int(sys.argv[1]), int(sys.argv[2])
steps = [(0x20, 0, 0, 0), (0x15, 0, 1, number), (6, 0, 0, 0x50000 | error), (6, 0, 0, 0x7fff0000)]
code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
filter = struct.pack("HxxxxxxQ", len(steps), ctypes.addressof(code))
assert libc.prctl(38, 1, 0, 0, 0) == 0 and libc.prctl(22, 2, filter, 0, 0) == 0
os.execv(sys.argv[3], sys.argv[3:])' "$@"
}

# The number of a system call on this processor.
call_number() {
	echo "#include <sys/syscall.h>
	$1" | gcc -E -xc - | tail -n 1
}

# Every program of this machine but those named, as links in one folder.
programs_without() {
	local folder name

	mkdir -p "$BATS_TEST_TMPDIR/bin"
	for folder in ${PATH//:/ }; do
		cp -rsn "$folder"/. "$BATS_TEST_TMPDIR/bin" 2>/dev/null || true
	done
	for name; do
		rm -f "$BATS_TEST_TMPDIR/bin/$name"
	done
}
