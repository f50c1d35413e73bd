#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# The static libraries: libvalimit.a leaves libc's names alone, and
# libvalimit_interpose.a has them. Neither takes a name that may be the program's.

load helpers
load api

NAMES='mmap mmap64 mremap munmap prctl shmat shmdt syscall'
LIBRARY=$BUILDDIR/libvalimit.a
INTERPOSE=$BUILDDIR/libvalimit_interpose.a

setup_file() {
	local source=$SRCDIR/tests/guest name

	for name in limits_api api_scope api_ranges api_fence emulator; do
		api_compile "$BATS_FILE_TMPDIR/$name" "$source/$name.c" -static "$INTERPOSE" "$LIBRARY" \
			-lpthread -ldl 2>/dev/null
	done
	api_compile "$BATS_FILE_TMPDIR/libcs_names" "$source/api_scope.c" -static "$LIBRARY" -lpthread
	traps "$BATS_FILE_TMPDIR/traps.c"
	api_compile "$BATS_FILE_TMPDIR/trapped_scope" "$source/api_scope.c" "$BATS_FILE_TMPDIR/traps.c" \
		-fno-builtin -static "$INTERPOSE" "$LIBRARY" -lpthread -ldl 2>/dev/null
	api_compile "$BATS_FILE_TMPDIR/trapped_emulator" "$source/emulator.c" "$BATS_FILE_TMPDIR/traps.c" \
		-fno-builtin -rdynamic "$INTERPOSE" "$LIBRARY" -lpthread -ldl
}

# Names that the shared library exports.
exported() {
	sed -n 's/^\t\([A-Za-z0-9_]*\);$/\1/p' "$SRCDIR/lib/libvalimit.map"
}

# global OPTIONS FILE...: names that the files have for other files, or want of them.
global() {
	nm -g "$@" 2>/dev/null | awk 'NF > 1 { print $NF }' | sort -u
}

# A source that defines all names of the library's own: each ends the program.
traps() { # SOURCE
	global --defined-only "$BUILDDIR"/lib/whole_open.o "$BUILDDIR"/lib/names_open.o |
		grep -vxFf <(exported) | sed -nE 's/^[a-z_]+$/void &(void) { __builtin_trap(); }/p' >"$1"
}

defines() {
	nm --defined-only "$1" 2>/dev/null | grep -Eq " [TWi] $2\$"
}

each_case() {
	local program=$1 source=$SRCDIR/tests/guest/${1/trapped_/api_}.c name

	shift
	for name in $(sed -nE 's/^\t(CASE|PLAIN_AND_LIMITED)\((\w+)\),$/\2/p' "$source"); do
		[[ " $* " != *" $name "* ]] || continue
		run env -u VA_LIMIT "$BATS_FILE_TMPDIR/$program" "$name"
		[ "$status" -eq 0 ] || fail "$program $name: $output"
	done
}

@test "libvalimit.a defines none of libc's names" {
	need nm
	for name in $NAMES; do
		refute defines "$LIBRARY" $name
	done
	defines "$LIBRARY" valimit_mmap
	defines "$LIBRARY" mmap_range
}

@test "libvalimit_interpose.a defines all of them" {
	need nm
	for name in $NAMES; do
		defines "$INTERPOSE" $name || fail "$name is not there"
	done
}

@test "the static libraries define what the shared one exports, and for each other names with a prefix" {
	need nm
	local own wanted
	own=$(global --defined-only "$LIBRARY" "$INTERPOSE" | grep -vxFf <(exported))
	wanted=$(global -u "$INTERPOSE" | grep ^_valimit_)
	[ -n "$wanted" ]
	# A mark of its probes, which every program with probes has, and which the linker merges.
	diff <(grep -vxF _.stapsdt.base <<<"$own") <(echo "$wanted")
	refute grep -q ^_valimit_ <<<"$(global --defined-only "$INTERPOSE")"
}

@test "a program may have functions of the names that the library has inside" {
	need nm
	local name

	[ "$(wc -l <"$BATS_FILE_TMPDIR/traps.c")" -gt 300 ] || skip "the linker has left few names"
	for name in place lookup_mapping sys_call settle reserve call_mmap; do
		grep -q "^void $name(void)" "$BATS_FILE_TMPDIR/traps.c" || fail "$name is not there"
		defines "$BATS_FILE_TMPDIR/trapped_scope" $name || fail "$name is not the program's"
	done
	each_case trapped_scope
	for bits in 32 46 47; do
		run "$BATS_FILE_TMPDIR/trapped_emulator" scope $bits
		[ "$status" -eq 0 ] || fail "$output"
	done
	run env VA_LIMIT=$WINDOW "$BATS_FILE_TMPDIR/trapped_scope" host_maps_outside_and_guest_inside
	[ "$status" -eq 0 ] || fail "$output"
}

@test "without them mmap is libc's, and the library's own names confine" {
	"$BATS_FILE_TMPDIR/libcs_names" the_librarys_names_are_the_calls
	"$BATS_FILE_TMPDIR/libcs_names" names_work_without_limits
	# The scope is not for libc's mmap, nor prctl's numbers for libc's prctl.
	run env VA_LIMIT_FENCE=off "$BATS_FILE_TMPDIR/libcs_names" every_route_is_hosts_in_the_scope
	[ "$status" -ne 0 ]
}

@test "with them a static program's own calls are confined" {
	each_case limits_api a_finite_limit_on_address_space_leaves_calls_confined \
		a_demanded_fence_that_cannot_stand_is_eperm a_sealed_fence_lets_no_call_change_limits
	each_case api_scope
}

@test "ranges and the fence in a static program" {
	each_case api_ranges
	each_case api_fence
}

@test "VA_LIMIT confines a static program that has the library in it" {
	run env VA_LIMIT=$WINDOW "$BATS_FILE_TMPDIR/limits_api" prctl_does_the_same
	[ "$status" -eq 0 ] || fail "$output"
	run env VA_LIMIT=nonsense "$BATS_FILE_TMPDIR/limits_api" prctl_does_the_same
	[ "$status" -eq 125 ] && [[ $output == "valimit: VA_LIMIT="* ]] || fail "$output"
}

@test "a static emulator: guest inside, host outside" {
	for bits in 32 46 47; do
		run "$BATS_FILE_TMPDIR/emulator" scope $bits
		[ "$status" -eq 0 ] || fail "$output"
	done
	"$BATS_FILE_TMPDIR/emulator" hole
	VA_LIMIT_HOST=emulator "$BATS_FILE_TMPDIR/emulator" module 32
}

@test "a dynamic program with the static libraries in it" {
	need "${CC:-cc}"
	api_compile "$BATS_TEST_TMPDIR/api_scope" "$SRCDIR/tests/guest/api_scope.c" "$INTERPOSE" "$LIBRARY"
	"$BATS_TEST_TMPDIR/api_scope" host_maps_outside_and_guest_inside
	"$BATS_TEST_TMPDIR/api_scope" every_route_is_hosts_in_the_scope
}
