# SPDX-License-Identifier: MIT
#
# The scenarios of the launcher share these functions.

load vactl.bash
. "$SRCDIR/tests/scenarios/helpers.bash"

LAUNCH=$(dirname "$VACTL")/tools/launch/launch
WINDOWS='32bit 31bit 0x100000000-0x400000000000 0x7f0000000000-0x80000000'

setup() {
	[ -x "$LAUNCH" ] || skip "no launcher for this processor"
	unset VA_LIMIT VA_LIMIT_FENCE VACTL_LIBRARY VACTL_LAUNCHER LD_PRELOAD
	export LC_ALL=C
	started=
	tmp=$BATS_TEST_TMPDIR
}

# A folder that every user can reach, with the launcher in it, as $folder.
launch_folder() {
	folder=$(mktemp -d /tmp/valimit.XXXXXX)
	chmod 755 "$folder"
	cp "$LAUNCH" "$folder"
}

nobody() {
	setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
}

# A window as GUEST_WINDOW has it; the checkers' own.
launched() { # WINDOW [OPTION...] -- PROGRAM...
	local window=$1

	shift
	timeout -k 5 60 "$VACTL" run --window "$window" "$@"
}

# Like launched, watched from the first instruction to the last.
watched() {
	local window=$1 report=$tmp/report

	shift
	timeout -k 5 120 "$GUEST/watchmaps" "$(bounds "$window")" "$report" \
		"$VACTL" run --window "$window" "$@" || { local code=$?; cat "$report" >&2; return $code; }
	grep -q '^launched [1-9]' "$report" || fail "nothing was checked"
}

# Starts a program that writes a line when it is ready, as $target, and waits for
# that. Its standard input has nothing to read and does not end.
start() { # WINDOW ARGUMENT...
	local window=$1

	shift
	rm -f "$tmp/ready"
	mkfifo "$tmp/ready"
	[ -p "$tmp/input" ] || mkfifo "$tmp/input"
	exec 9<>"$tmp/input"
	"$VACTL" run --window "$window" "$@" <&9 >"$tmp/ready" 2>"$tmp/said" 3>&- 9>&- &
	target=$!
	started="$started $target"
	read -r line <"$tmp/ready"
}

# A C program, compiled with the arguments that follow its name: $tmp/NAME.
compile() { # NAME ARGUMENT... <SOURCE
	local name=$1

	shift
	need gcc
	gcc -xc -o "$tmp/$name" - "$@"
}

# All numbers of the output of `where` lie in the window.
lies_inside() { # WINDOW
	local lower upper name address

	IFS=- read -r lower upper <<<"$(bounds "$1")"
	while read -r name address; do
		[ "$name" = loader ] && [ "$address" = 0x0 ] && continue
		if ((lower < upper)); then
			((address >= lower && address < upper)) || fail "$name $address"
		else
			((address >= lower || address < upper)) || fail "$name $address"
		fi
	done
}
