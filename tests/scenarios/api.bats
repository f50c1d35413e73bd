#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# Limits that a program sets: every function, every documented error.

load helpers
load api

setup_file() {
	api_build limits_api api_scope
}

@test "39: none at first" {
	every_way limits_api none_at_first
}

@test "37: confines what is mapped from then on" {
	every_way limits_api confines_what_is_mapped_from_then_on
}

@test "37: malloc of any size is confined" {
	every_way limits_api malloc_of_any_size_is_confined
}

@test "37: malloc is confined after it has begun" {
	every_way limits_api malloc_is_confined_after_it_has_begun
}

@test "37: malloc leaves a heap that the library has moved into an earlier window" {
	every_way VA_LIMIT=4G-5G VA_LIMIT_FENCE=on limits_api malloc_is_confined_after_it_has_begun
}

@test "39: prctl does the same" {
	every_way limits_api prctl_does_the_same
}

@test "39: bounds are rounded inwards" {
	every_way limits_api bounds_are_rounded_inwards
}

@test "37: bounds are clamped to user space" {
	every_way limits_api bounds_are_clamped_to_user_space
}

@test "39: equal bounds lift" {
	every_way limits_api equal_bounds_lift
}

@test "39: lifting what was never set changes nothing" {
	every_way limits_api lifting_what_was_never_set_changes_nothing
}

@test "39: windows that leave nothing are EINVAL" {
	every_way limits_api windows_that_leave_nothing_are_einval
}

@test "39: bad pointers are EFAULT" {
	every_way limits_api bad_pointers_are_efault
}

@test "39: read only memory can be set from but not got to" {
	every_way limits_api read_only_memory_can_be_set_from_but_not_got_to
}

@test "39: other prctls pass untouched" {
	every_way limits_api other_prctls_pass_untouched
}

@test "stats count and fill as much as is asked" {
	every_way limits_api stats_count_and_fill_as_much_as_is_asked
}

@test "stats that the library does not know are left alone" {
	every_way limits_api stats_that_the_library_does_not_know_are_left_alone
}

@test "a window without room is ENOMEM and nothing is mapped" {
	every_way limits_api a_window_without_room_is_enomem_and_nothing_is_mapped
}

@test "host maps outside and guest inside" {
	every_way api_scope host_maps_outside_and_guest_inside
}

@test "every route is the host's in the scope" {
	every_way api_scope every_route_is_hosts_in_the_scope
}

@test "the scope nests" {
	every_way api_scope the_scope_nests
}

@test "leaving once too often is EINVAL" {
	every_way api_scope leaving_once_too_often_is_einval
}

@test "the scope is the thread's" {
	every_way api_scope the_scope_is_the_threads
}

@test "a child keeps its thread's scope" {
	every_way api_scope a_child_keeps_its_threads_scope
}

@test "a handler has a scope of its own" {
	every_way api_scope a_handler_has_a_scope_of_its_own
}

@test "scope beats range" {
	every_way api_scope scope_beats_range
}

@test "21: what moves keeps whose it is" {
	every_way api_scope what_moves_keeps_whose_it_is
}

@test "whose an address is" {
	every_way api_scope whose_an_address_is
}

@test "a host's thread has the stack that it is given, and malloc in the scope the window" {
	every_way api_scope a_hosts_thread_has_the_stack_that_it_is_given
}

@test "the library's names are the calls" {
	every_way api_scope the_librarys_names_are_the_calls
}

@test "names work without limits" {
	every_way api_scope names_work_without_limits
}

@test "a finite limit on address space: calls are confined without a fence" {
	run bash -c "ulimit -v 8000000; exec '$GUEST/limits_api' a_finite_limit_on_address_space_leaves_calls_confined"
	[ "$status" -eq 0 ] || fail "$output"
	[[ $output == *"valimit: no fence"* ]]
}

@test "what lies near the stack stops its growth and no fence" {
	[ "$(ulimit -s)" = unlimited ] || [ "$(ulimit -s)" -ge 8192 ] || skip "the stack's limit is below 8 MiB"
	every_way limits_api a_neighbour_of_the_stack_stops_its_growth_and_no_fence
	every_way limits_api nor_does_one_that_came_when_there_was_a_table
}

@test "a demanded fence that cannot stand is EPERM, and nothing has changed" {
	run bash -c "ulimit -v 8000000; VA_LIMIT_FENCE=on exec '$GUEST/limits_api' a_demanded_fence_that_cannot_stand_is_eperm"
	[ "$status" -eq 0 ] || fail "$output"
}

@test "39: a sealed fence lets no call change the limits" {
	kernel_at_least 6.10
	every_way VA_LIMIT=0x200000000-0x240000000 VA_LIMIT_FENCE=sealed limits_api \
		a_sealed_fence_lets_no_call_change_limits
}

@test "without a fence the scope holds all the same" {
	local name

	for name in $(sed -n 's/^\tCASE(\(.*\)),$/\1/p' "$SRCDIR/tests/guest/api_scope.c"); do
		way linked VA_LIMIT_FENCE=off api_scope "$name" || fail "$name"
	done
}

@test "the header is plain C and C++" {
	local source=$BATS_TEST_TMPDIR/header

	need "${CC:-cc}"
	echo '#include <valimit.h>' >"$source.c"
	"${CC:-cc}" -std=c99 -pedantic -Wall -Wextra -Werror -I"$SRCDIR/include" -fsyntax-only "$source.c"
	"${CC:-cc}" -std=gnu11 -Wall -Wextra -Werror -I"$SRCDIR/include" -fsyntax-only "$source.c"
	command -v "${CXX:-c++}" >/dev/null || return 0
	cp "$source.c" "$source.cc"
	for standard in c++98 c++11 c++17 c++20; do
		"${CXX:-c++}" -std=$standard -Wall -Wextra -Wpedantic -Wno-long-long -Werror \
			-I"$SRCDIR/include" -fsyntax-only "$source.cc"
	done
}

@test "the manual's example is the one that is built, at most 100 lines, and runs" {
	local source=$SRCDIR/tests/guest/example.c

	need "${CC:-cc}"
	[ "$(wc -l <"$source")" -le 100 ]
	sed -n '/^\.Bd -literal -compact$/,/^\.Ed$/p' "$SRCDIR/man/valimit.3" |
		sed '1d;$d;s/\\e/\\/g' >"$BATS_TEST_TMPDIR/example.c"
	diff "$BATS_TEST_TMPDIR/example.c" <(sed '/SPDX/d' "$source")
	api_compile "$BATS_TEST_TMPDIR/example" "$BATS_TEST_TMPDIR/example.c" -Wall -Wextra -Werror \
		-L"${VALIMIT_LIB%/*}" -lvalimit -Wl,-rpath,"${VALIMIT_LIB%/*}"
	"$BATS_TEST_TMPDIR/example"
	way linked example
}

@test "the manual pages are without a fault" {
	need mandoc
	for page in "$SRCDIR"/man/*.3; do
		mandoc -Tlint -Wwarning "$page"
	done
}

@test "the header serves C++ as well, without a warning" {
	need clang
	printf '%s\n' '#include <valimit.h>' \
		'int main() { struct va_limit limit = { 0, 0 }; return valimit_set(&limit); }' |
		clang -x c++ -std=c++11 -Wall -Wextra -Wpedantic -Werror -fsyntax-only -I"$SRCDIR/include" -
}
