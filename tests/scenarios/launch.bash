# SPDX-License-Identifier: MIT
#
# What the scenarios of the launcher share.

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

# A window as GUEST_WINDOW has it; the checkers' own.
launched() { # WINDOW [OPTION...] -- PROGRAM...
	local window=$1

	shift
	timeout -k 5 60 "$VACTL" run --window "$window" "$@"
}

# The same, watched from the first instruction to the last.
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
