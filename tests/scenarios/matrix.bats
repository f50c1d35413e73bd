#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# Programs in windows: each of tests/matrix/programs.bash in each of four
# windows does what it does without one, and has nothing mapped outside; or it
# fails for a reason that tests/matrix/table.txt has and valimit(7) names.
#
# Those that start others do so once more with --children, and then none of the
# others lies outside either.
#
# MATRIX_REACH, of "whole children process", and MATRIX_WINDOWS choose parts.

load helpers
load ../matrix/islands
load ../matrix/programs

declare -gA WINDOW_TEXT=(
	[low32]=32bit
	[low31]=31bit
	[above4g]=0x100000000-0x400000000000
	[hole]=0x7f0000000000-0x80000000
)
WINDOWS=${MATRIX_WINDOWS:-low32 low31 above4g hole}
TABLE=$SRCDIR/tests/matrix/table.txt

setup() {
	cd "$BATS_TEST_TMPDIR"
	export HOME=$BATS_TEST_TMPDIR GIT_CONFIG_NOSYSTEM=1 LC_ALL=C.UTF-8
	plain $WINDOW watchmaps 0x0-0x0 report true || skip "may not trace"
}

# The findings, a line a program, after the last test.
teardown_file() {
	[ ! -e "$BATS_FILE_TMPDIR/cells" ] || sed 's/^/# matrix: /' "$BATS_FILE_TMPDIR/cells" >&3
}

# Runs a program as the cell has it: outside of all windows where it has none.
confined() {
	local text=${WINDOW_TEXT[${window:-none}]}
	local -a options=() how=(--reach "$reach")
	local program island

	[ -n "$window" ] || { timeout -k 5 60 "$@"; return; }
	[ "$reach" != children ] || how=(--children)
	islands=()
	if [ "$reach" != process ]; then
		for program in "$1" $(declare -F "starts_$name" >/dev/null && "starts_$name"); do
			island=$(fixed_image "$program")
			[ -z "$island" ] || islands+=("$island") options+=(-i "$island")
		done
	fi
	rm -f trace
	[ "${#islands[@]}" -eq 0 ] || how+=(--trace trace)
	timeout -k 5 120 "$GUEST/watchmaps" "${options[@]}" "$(bounds "$text")" report \
		env GUEST_WINDOW="$(bounds "$text")" GUEST_FENCED=1 \
		"$VACTL" run --window "$text" "${how[@]}" -- "$@"
}

# The table's line for a program in a window: the part behind a "|", 2 or 3.
table() {
	sed -nE "s/^$1 +($2|\\*) *\\| *//p" "$TABLE" | sed -nE 's/ \| /\n/p' | sed -n "$(($3 - 1))p"
}

# Their caller looks at the status: each "fail" has to return by itself.
says_reason() {
	local said manual

	said=$(table "$name" "$window" 2)
	manual=$(table "$name" "$window" 3)
	[ "$status" -ne 0 ] || fail "works, against the table" || return
	grep -qE "$said" out err || fail "does not say '$said': $(cat out err)" || return
	manual_text | grep -qF "$manual" || fail "valimit(7) does not say '$manual'" || return
}

# valimit(7) as one line of plain words.
manual_text() {
	grep -v '^\.[A-Z][a-z]$' "$SRCDIR/man/valimit.7" | sed 's/^\.[A-Z][a-z] //' | tr -s '\n ' ' '
}

# Islands that a line of the launcher's names; and for executed programs of a whole process
# those that the trace names.
told_islands() {
	local program

	if [ "${#islands[@]}" -eq 0 ]; then
		echo "$said"
		return
	fi
	{
		[ -z "$said" ] || echo "$said"
		sed -nE 's/.*\+\+\+ (.*), window .*, image outside.*/\1/p' trace | sort -u |
			while read -r program; do fixed_image "$program"; done
	} | sort -u
}

# Nothing is said but of an island.
works() {
	local said

	[ "$status" -eq 0 ] || fail "status $status" "$(head -n 20 report)" "$(cat out err)" || return
	[ "$(cat out)" = "$result" ] || fail "prints '$(cat out)', not '$result'" || return
	grep -qE "^$([ "$reach" = process ] && echo checked || echo launched) [1-9]" report ||
		fail "nothing was confined" || return
	[ "$reach" != children ] || grep -qx 'astray 0' report || fail "not all were launched: $(cat report)" || return
	said=$(sed -nE 's/^(vactl: run|valimit): .* fixed addresses outside the window: (0x[0-9a-f]*-0x[0-9a-f]*) .*/\2/p' err)
	[ "$window" != above4g ] || diff <(told_islands) <(printf '%s\n' "${islands[@]}" | sort -u) ||
		fail "names other islands: $(cat err)" || return
	[ "$(wc -l <err)" -eq "$(wc -w <<<"$said")" ] || fail "says: $(cat err)" || return
}

cell() {
	local status=0 why

	"run_$name" >out 2>err || status=$?
	if [ -n "$(table "$name" "$window" 2)" ]; then
		says_reason || return
		verdict="fails: $(table "$name" "$window" 3)"
	else
		works || return
		verdict=works
	fi
}

# One cell after the other, in each of the windows.
cells() {
	for window in $1; do
		cell || { verdict=BAD bad=1; echo "$name, $reach, $window" >&2; }
		echo "$name $reach $window: $verdict" >>"$BATS_FILE_TMPDIR/cells"
	done
}

# matrix NAME [children]
matrix() {
	local name=$1 more=${2-} window= reach= result verdict bad=0

	if declare -F "make_$name" >/dev/null; then
		"make_$name"
	fi
	result=$("run_$name" 2>err) || fail "does not work without valimit: $(cat err)"
	for reach in ${MATRIX_REACH:-whole $more}; do
		if [ "$reach" = children ] && ! can_children; then
			echo "# $name: children cannot be confined here" >&3
		elif [ "$reach" = children ]; then
			cells "${MATRIX_WINDOWS:-low32 hole}"
		else
			cells "$WINDOWS"
		fi
	done
	[ "$bad" -eq 0 ]
}

can_children() {
	"$VACTL" run --children --window 32bit true 2>/dev/null
}

@test "every line of the table is of a program and a window of the matrix" {
	while read -r name window rest; do
		declare -F "run_$name" >/dev/null || fail "$name is no program"
		[ "$window" = '*' ] || [ -n "${WINDOW_TEXT[$window]}" ] || fail "$window is no window"
		[[ $rest == "| "*" | "* ]] || fail "$name $window has no reason"
	done < <(grep -vE '^(#|$)' "$TABLE")
}

@test "true" { matrix true; }
@test "a bash pipeline" { matrix bash children; }
@test "python3 with threads, ctypes and subprocess" { matrix python children; }
@test "perl" { matrix perl children; }
@test "node with a worker thread" { matrix node; }
@test "java with -Xmx256m" { matrix java children; }
@test "java with -Xmx256m and 128 MiB for classes" { matrix java_small; }
@test "gcc, compiling and linking" { matrix gcc children; }
@test "git clone of a local repository" { matrix git children; }
@test "sqlite3" { matrix sqlite; }
@test "redis-server under load" { matrix redis children; }
@test "a static Go program" { matrix go children; }
@test "a static program at a fixed address" { matrix static children; }
@test "a static PIE" { matrix staticpie; }
@test "a dynamic program at a fixed address" { matrix fixed; }
@test "a program of musl's" { matrix musl; }
@test "a static program of musl's" { matrix muslstatic; }
@test "busybox" { matrix busybox children; }
@test "luajit" { matrix luajit; }
@test "sbcl" { matrix sbcl; }
@test "ruby" { matrix ruby children; }
@test "sixteen threads and asynchronous I/O" { matrix threads; }
@test "java with a heap of 6 GiB" { matrix java_6g; }
@test "node with two worker threads" { matrix nodes; }
@test "node with two WebAssembly memories" { matrix wasm; }
@test "a program with AddressSanitizer" { matrix asan; }
