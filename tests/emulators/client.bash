# SPDX-License-Identifier: MIT
#
# Runs a client without limits and in windows, and compares what it prints and
# what lay outside. Used here and on the emulated machine.
#
# $guest_programs has watchmaps, $vactl is the command, $work the current folder;
# enter runs a command where the clients are. $early, of words, names kinds of addresses
# that belong to the emulator's own libc, which reach process leaves where it was.

# Like the manual's table of windows; on a kernel with 48 bits or more.
bounds_of() { # WINDOW
	local low

	low=$(cat /proc/sys/vm/mmap_min_addr)
	case $1 in
	*bit) printf '0x%x-0x%x' $((low > 4096 ? low : 4096)) $((1 << ${1%bit})) ;;
	4G-2^46) echo 0x100000000-0x400000000000 ;;
	*) return 1 ;;
	esac
}

# How many of the ranges "0xSTART 0xEND" on stdin do not lie in a window.
count_outside() { # LOWER-UPPER
	local start end outside=0 lower=$((${1%-*})) upper=$((${1#*-}))

	while read -r start end; do
		((start >= lower && end <= upper)) || outside=$((outside + 1))
	done
	echo $outside
}

# The mappings of a report of watchmaps, each as a range.
mappings() { # REPORT
	sed -nE 's/^[0-9]+: ([0-9a-f]+)-([0-9a-f]+) .*/0x\1 0x\2/p' "$1"
}

# The addresses that a guest has met, each as a range, but those of some kinds.
addresses() { # FILE [KINDS]
	local kind start length

	[ -e "$1" ] || return 0
	while read -r kind start length; do
		[[ " ${2-} " == *" $kind "* ]] || printf '0x%x 0x%x\n' "$start" $((start + length))
	done <"$1"
}

# The end of a client, and its output beside the results, make no difference.
settled() { # FILE
	sed -E 's/[0-9]+ frames in .*/frames/; s/\r$//' "$1"
}

# row LABEL WINDOW REACH NATIVE CONFINED GUEST-NATIVE GUEST-CONFINED RESULT
row() {
	printf 'row|%s|%s|%s|%s|%s|%s|%s|%s\n' "$@"
}

# run_watched NAME COMMAND...: in files NAME.out, .err, .report and .addresses.
run_watched() {
	local name=$1 status=0

	shift
	rm -f "$work/addresses.list"
	: >"$work/$name.report"
	enter timeout -k 5 "$patience" "$@" >"$work/$name.out" 2>"$work/$name.err" </dev/null || status=$?
	[ ! -e "$work/addresses.list" ] || mv "$work/addresses.list" "$work/$name.addresses"
	return $status
}

# Prints why a run is wrong; nothing where it is right.
wrong() { # STATUS REACH OUTSIDE GUEST-OUTSIDE
	if ((${3} + ${4})); then
		echo outside
	elif [ "$1" -ne 0 ]; then
		echo "status $1"
	elif ! cmp -s <(settled "$work/native.out") <(settled "$work/confined.out"); then
		echo "prints other"
	elif ! grep -qE "^$([ "$2" = process ] && echo checked || echo launched) [1-9]" "$work/confined.report"; then
		echo "not confined"
	fi
}

tell_wrong() { # NAME
	local file

	for file in out err report; do
		[ ! -s "$work/$1.$file" ] || sed "s/^/  $file: /" "$work/$1.$file" | head -n 15 >&2
	done
}

confined() { # LABEL WINDOW REACH COMMAND...
	local label=$1 window=$2 reach=$3 bounds why status=0 outside guest native unexpected spared=''

	shift 3
	[ "$reach" = whole ] || spared=$early
	bounds=$(bounds_of "$window")
	rm -f "$work/confined".*
	run_watched confined "${before[@]}" "$guest_programs/watchmaps" "$bounds" "$work/confined.report" \
		"$vactl" run --window "$window" --reach "$reach" "${options[@]}" -- "$@" || status=$?
	outside=$(mappings "$work/confined.report" | count_outside "$bounds")
	guest=$(addresses "$work/confined.addresses" | count_outside "$bounds")
	unexpected=$(addresses "$work/confined.addresses" "$spared" | count_outside "$bounds")
	why=$(wrong $status "$reach" "$outside" "$unexpected")
	native=$(addresses "$work/native.addresses" | count_outside "$bounds")
	[ -e "$work/native.addresses" ] || native=- guest=-
	row "$label" "$window" "$reach" "$(mappings "$work/native.report" | count_outside "$bounds")" \
		"$outside" "$native" "$guest" "${why:-same}"
	[ -z "$why" ] || { echo "$label, $window, $reach: $why" >&2; tell_wrong confined; }
}

# client LABEL WINDOWS PROGRAM [ARGUMENT...]: with `before` in front of the tracer
# and `options` of vactl run. The table's rows are the output.
client() {
	local label=$1 windows=$2 window reach

	shift 2
	rm -f "$work/native".*
	if ! run_watched native "${before[@]}" "$guest_programs/watchmaps" -n 0x0-0x1 \
		"$work/native.report" "$@"; then
		row "$label" - - - - - - "fails without valimit"
		tell_wrong native
		return
	fi
	for window in $windows; do
		for reach in process whole; do
			confined "$label" "$window" "$reach" "$@"
		done
	done
}
