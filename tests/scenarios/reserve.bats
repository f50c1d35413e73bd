#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# Reservations of the program's own: without limits, outside of limits that are in
# force, and inside.

load helpers
load api

setup_file() {
	api_build api_reserve api_reserved
}

everywhere() { # PROGRAM CASE
	every_way "$1" "$2"
	every_way "$1" "limited_$2"
	every_way "$1" "inside_$2"
}

@test "48: only calls that name it get in" {
	everywhere api_reserve only_calls_that_name_it_get_in
}

@test "48: ranges fill it to the last page" {
	everywhere api_reserve ranges_fill_it_to_the_last_page
}

@test "48: what is unmapped is reserved again" {
	everywhere api_reserve what_is_unmapped_is_reserved_again
}

@test "48: fixed addresses replace it" {
	everywhere api_reserve fixed_addresses_replace_it
}

@test "48: a direction and an alignment hold in it" {
	everywhere api_reserve a_direction_and_an_alignment_hold_in_it
}

@test "48: mremap moves in grows and leaves" {
	everywhere api_reserve mremap_moves_in_grows_and_leaves
}

@test "48: segments attach and detach" {
	everywhere api_reserve segments_attach_and_detach
}

@test "48: files lie in it" {
	everywhere api_reserve files_lie_in_it
}

@test "48: it is carved grown and shrunk" {
	everywhere api_reserved it_is_carved_grown_and_shrunk
}

@test "48: several stand at once" {
	everywhere api_reserved several_stand_at_once
}

@test "48: a wide range takes what is free beside it first" {
	everywhere api_reserved a_wide_range_takes_what_is_free_beside_it_first
}

@test "48: what came unseen is not replaced" {
	everywhere api_reserved what_came_unseen_is_not_replaced
}

@test "48: a child has it" {
	everywhere api_reserved a_child_has_it
}

@test "48: reservations that cannot be" {
	everywhere api_reserved reservations_that_cannot_be
}

@test "48: two threads share it and a third stays out" {
	everywhere api_reserved two_threads_share_it_and_a_third_stays_out
}

@test "48: reservations come and go beside others" {
	everywhere api_reserved reservations_come_and_go_beside_others
}

@test "48: growth beside an end leaves no gap" {
	everywhere api_reserve growth_beside_an_end_leaves_no_gap
}

@test "48: a raw clone's child reserves as well, whatever another thread was at" {
	everywhere api_reserve a_raw_clones_child_reserves_as_well
}

@test "48: handlers map in it" {
	everywhere api_reserved handlers_map_in_it
}

@test "48: it outlasts changes of the limits" {
	every_way api_reserved it_outlasts_changes_of_the_limits
}

@test "48: what mprotect has opened is not replaced" {
	everywhere api_reserved what_mprotect_has_opened_is_not_replaced
}

@test "48: it counts as no one's memory" {
	every_way api_reserved it_counts_as_no_ones_memory
}

@test "48: reservations where no fence stands" {
	local name program

	for program in api_reserve api_reserved; do
		for name in $(sed -n 's/^\tEVERYWHERE(\(.*\)),$/\1/p' "$SRCDIR/tests/guest/$program.c"); do
			way linked VA_LIMIT_FENCE=off $program "limited_$name" || fail "$name"
			way linked VA_LIMIT_FENCE=off $program "inside_$name" || fail "$name"
		done
	done
}

@test "48: reservations whatever the policy" {
	local name

	for name in ranges_fill_it_to_the_last_page what_is_unmapped_is_reserved_again fixed_addresses_replace_it; do
		way linked VA_LIMIT_PLACE=bottomup api_reserve "inside_$name" || fail "$name"
	done
	way linked VA_LIMIT_PLACE=bottomup api_reserved inside_it_is_carved_grown_and_shrunk
	way linked VA_LIMIT_PLACE=random api_reserve inside_ranges_fill_it_to_the_last_page
	way linked VA_LIMIT_PLACE=random api_reserved limited_two_threads_share_it_and_a_third_stays_out
}

# Reserves 256 MiB inside the window and 256 MiB outside, maps 1 MiB, and waits.
reserver() {
	cat >"$BATS_TEST_TMPDIR/reserver.py" <<-'END'
		import ctypes, os, time
		library = ctypes.CDLL(os.environ["LIBRARY"])
		address = ctypes.c_void_p
		for begin in 0x300000000, 0x700000000000:
		    assert library.valimit_reserve(address(begin), address(begin + 0x10000000)) == 0
		library.mmap_range.restype = address
		assert library.mmap_range(address(0x300000000), address(0x310000000), ctypes.c_size_t(1 << 20),
		                          3, 0x22, -1, ctypes.c_long(0)) == 0x30ff00000
		print("ready", flush=True)
		time.sleep(60)
	END
}

@test "48: vactl tells what is reserved, and it is no escape" {
	need python3
	reserver
	LIBRARY=$VALIMIT_LIB VA_LIMIT=0x10000-0x600000000 LD_PRELOAD=$VALIMIT_LIB \
		"$(python_path)" "$BATS_TEST_TMPDIR/reserver.py" >"$BATS_TEST_TMPDIR/said" 3>&- &
	target=$!
	for ((i = 0; i < 200; i++)); do
		! grep -q ready "$BATS_TEST_TMPDIR/said" || break
		sleep 0.1
	done
	"$VACTL" check "$target" >"$BATS_TEST_TMPDIR/check" || true
	"$VACTL" maps -n -o START,END,KIND "$target" >"$BATS_TEST_TMPDIR/maps" || true
	"$VACTL" explain "$target" 0x301000000 >"$BATS_TEST_TMPDIR/explain" || true
	kill "$target"
	cat "$BATS_TEST_TMPDIR"/{check,maps,explain}
	grep -q 'escapes 0, holes 0, stale 0' "$BATS_TEST_TMPDIR/check"
	grep -qE '^0x0*300000000 +0x0*30ff00000 +reserved' "$BATS_TEST_TMPDIR/maps"
	grep -qE '^0x0*30ff00000 +0x0*310000000 +guest' "$BATS_TEST_TMPDIR/maps"
	grep -qE '^0x0*700000000000 +0x0*700010000000 +reserved' "$BATS_TEST_TMPDIR/maps"
	grep -q 'gets it with a range that has it' "$BATS_TEST_TMPDIR/explain"
}
