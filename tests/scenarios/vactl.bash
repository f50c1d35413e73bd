# SPDX-License-Identifier: MIT
#
# The scenarios of vactl share these functions. Tables come from a guest that publishes one by
# itself, so that they can be wrong on purpose.

bats_require_minimum_version 1.5.0

setup() {
	unset VA_LIMIT VA_LIMIT_FENCE VACTL_LIBRARY VACTL_LAUNCHER LD_PRELOAD NO_COLOR
	export LC_ALL=C
	started=
	tmp=$BATS_TEST_TMPDIR
}

teardown() {
	for pid in $started; do
		kill -KILL "$pid" 2>/dev/null || true
		wait "$pid" 2>/dev/null || true
	done
}

# From here on a guest program has a short name: vactl cuts long ones.
short_name() { # PROGRAM
	cp "$GUEST/$1" "$tmp"
	GUEST=$tmp
}

# Waits until a command succeeds, as long as the process lives that is to see to
# that.
awaits() { # PID COMMAND...
	until "${@:2}"; do
		kill -0 "$1"
		sleep 0.02
	done
}

# Starts faketable with a mode, in the background, as $target.
publish() {
	publish_as "$GUEST/faketable" "$@"
}

# Starts a program that publishes a table, in the background, as $target.
publish_as() { # PROGRAM MODE...
	"$@" >"$tmp/ready" 3>&- &
	target=$!
	started="$started $target"
	awaits "$target" test -s "$tmp/ready"
	: >"$tmp/ready"
}

# One line on stderr that begins as all do and has the text.
says() {
	[ "${#stderr_lines[@]}" -eq 1 ]
	[[ $stderr == "vactl: "* ]]
	[[ $stderr == *"$1"* ]]
}

member() {
	python3 -c "import json, sys; print(json.load(sys.stdin)$1)"
}

# A member of the row of one process, of the output of ps in JSON.
process() {
	python3 -c "import json, sys
print([row['$2'] for row in json.load(sys.stdin)['processes'] if row['pid'] == $1][0])"
}

# A folder that another user can reach, with a vactl in it.
open_folder() {
	folder=$(mktemp -d /tmp/vactl.XXXXXX)
	chmod 755 "$folder"
	cp "$VACTL" "$folder/vactl"
	mkdir -p "$folder/tools/launch"
	cp "$(dirname "$VACTL")/tools/launch/launch" "$folder/tools/launch"
	mkdir "$folder/tools/vactl"
	cp "$(dirname "$VACTL")/tools/vactl/vactl" "$folder/tools/vactl"
}

as_nobody() {
	setpriv --reuid=65534 --regid=65534 --clear-groups "$folder/vactl" "$@"
}

# The window of `start`: nothing lies in it when a program starts.
confines=0x200000000-0x240000000

# start FENCE [NAME=VALUE]... STATEMENT...: a confined process that has made the
# calls and waits, as $target.
start() {
	local fence=$1
	local -a set=(VA_LIMIT="$confines" VA_LIMIT_FENCE="$fence" LD_PRELOAD="$VALIMIT_LIB")

	shift
	while [[ $1 =~ ^[A-Z_]+= ]]; do
		set+=("$1")
		shift
	done
	[ -p "$tmp/hold" ] || mkfifo "$tmp/hold"
	# Output of an earlier one is not this one's.
	: >"$tmp/out"
	env -C "$tmp" "${set[@]}" "$GUEST/calls" "$@" wait <"$tmp/hold" >"$tmp/out" 3>&- &
	target=$!
	started="$started $target"
	exec 9>"$tmp/hold"
	awaits "$target" grep -q waiting "$tmp/out"
}

# The program of all commands but run, which has the libraries for tables and terminals.
all_commands=$(dirname "$VACTL")/tools/vactl/vactl

# Any library will do where only the starting is looked at.
harmless=$(ldd "$all_commands" | sed -n 's/^.*libsmartcols[^ ]* => \([^ ]*\).*/\1/p')

# vactl run with a library that does nothing. Where the status is 127, it has
# to be told first, or bats warns.
run_harmless() {
	local wanted=

	if [ "$1" = -127 ]; then
		wanted=$1
		shift
	fi
	VACTL_LIBRARY=$harmless run $wanted --separate-stderr "$VACTL" run "$@"
}

# An ELF header and nothing else: make_elf FILE CLASS MACHINE(two bytes)
make_elf() {
	printf '\177ELF'"\\$2"'\1\1\0\0\0\0\0\0\0\0\0\2\0'"$3"'\1\0\0\0' >"$1"
	printf '\0%.0s' {1..8} >>"$1"
	printf '\100\0\0\0\0\0\0\0' >>"$1"
	printf '\0%.0s' {1..12} >>"$1"
	printf '\100\0\70\0\0\0\0\0\0\0\0\0' >>"$1"
	chmod +x "$1"
}

machine_here() {
	od -An -b -j18 -N2 "$VACTL" | sed 's/ /\\/g'
}
