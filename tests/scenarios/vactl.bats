#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# The command line tool: its help, its refusals, and its output about confined processes.
# vactl_run.bats has the starting.

load vactl.bash

# --- help and misuse ---------------------------------------------------------

@test "--version names the program, the project and the version" {
	run "$VACTL" --version
	[ "$status" -eq 0 ]
	[[ $output =~ ^vactl\ \(valimit\)\ [0-9]+\.[0-9]+ ]]
}

@test "--help lists every command, and each has its own" {
	run "$VACTL" --help
	[ "$status" -eq 0 ]
	commands=$(sed -n '/^Commands:/,/^$/s/^ \([a-z]*\) .*/\1/p' <<<"$output")
	[[ $commands == run$'\n'ps$'\n'maps* ]]
	for command in $commands; do
		"$VACTL" "$command" --help | grep -q "^ vactl $command \[options\]"
		"$VACTL" "$command" -h | grep -q "Exit status: "
	done
}

@test "help of a listing names every column that it takes" {
	for column in $("$VACTL" maps --help | sed -n '/^Columns/,/^$/s/^ \([A-Z]*\) .*/\1/p'); do
		publish good 1
		"$VACTL" maps -o "$column" "$target"
	done
}

@test "no line of any help is longer than 80 columns, or ends with a blank" {
	for command in "" run ps maps stat check explain watch plot; do
		[ "$("$VACTL" $command --help | wc -L)" -le 80 ]
		"$VACTL" $command --help | (! grep -n ' $')
	done
}

@test "help tells of the commands, and of one" {
	[ "$("$VACTL" help)" = "$("$VACTL" --help)" ]
	for command in run maps watch; do
		[ "$("$VACTL" help $command)" = "$("$VACTL" $command --help)" ]
	done
	run --separate-stderr "$VACTL" help frob
	[ "$status" -eq 1 ]
	says "there is no command frob"
}

@test "without a command, and with an unknown one, the commands are named" {
	for arguments in "" state --frob; do
		run --separate-stderr "$VACTL" $arguments
		[ "$status" -eq 1 ]
		says "the commands are run, ps, maps"
	done
}

@test "a misused option is named, with status 1" {
	publish good 1
	while read -r said arguments; do
		run --separate-stderr "$VACTL" maps $arguments "$target"
		[ "$status" -eq 1 ]
		[ -z "$output" ]
		says "${said//_/ }"
		says "see 'vactl maps --help'"
	done <<-END
		--frob_is_no_option --frob
		-x_is_no_option --bytes -xn
		--json_takes_no_value --json=yes
		--color_is_not_one_of --color=blue
		'FOO'_is_no_column -oSTART,FOO
		''_is_no_column -oSTART,,END
		START,_END,_SIZE -oFOO
		excludes_the_other -J -r
		takes_only_PID|CORE 1
	END
	run --separate-stderr "$VACTL" maps --output
	says "--output needs a value"
	run --separate-stderr "$VACTL" ps 1
	[ "$status" -eq 1 ]
	says "takes no arguments"
}

@test "what is no process ID is refused" {
	for word in abc 12x -1 0 +1 ' 1' 99999999999 2147483648 ''; do
		run --separate-stderr "$VACTL" maps -- "$word"
		[ "$status" -eq 1 ]
		says "'$word' is not a process ID"
	done
	run --separate-stderr "$VACTL" maps
	[ "$status" -eq 1 ]
	says "needs PID|CORE"
}

@test "a full disk is a failure" {
	run --separate-stderr bash -c '"$1" --help >/dev/full' - "$VACTL"
	[ "$status" -eq 1 ]
	says "cannot write"
	run --separate-stderr bash -c '"$1" run --help >/dev/full' - "$VACTL"
	[ "$status" -eq 125 ]
	says "cannot write"
}

# --- ps and maps -------------------------------------------------------------

@test "maps: the table's intervals, with what the kernel has there" {
	publish good 3
	run --separate-stderr "$VACTL" maps "$target"
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	[[ ${lines[0]} =~ ^\ *START\ +END\ +SIZE\ +KIND\ +TYPE\ +PERM\ +FILE ]]
	[[ $output =~ 0x000040000000\ 0x000040001000\ +4K\ guest\ +data\ +r--p ]]
	[[ $output =~ 0x000040001000\ 0x000040004000\ +12K\ guest\ +-\  ]]
	[[ $output =~ 0x000040008000\ 0x00004000c000\ +16K\ guest\ +-\  ]]
	[[ $output =~ 0x000100000000\ 0x000140000000\ +1G\ fence\ +-\  ]]
	[[ $output =~ 64M\ own\ +table\ +rw-p\ /memfd:valimit ]]
	[[ $output =~ unknown\ image\ +r-xp\ [^$'\n']*/faketable ]]
}

@test "maps: below the table stands the sum of each kind" {
	publish good 3
	run "$VACTL" maps "$target"
	[[ $output =~ $'\n'guest\ +48K\ in\ 4 ]]
	run "$VACTL" maps -b "$target"
	[[ $output =~ $'\n'guest\ +49152\ in\ 4 ]]
	run "$VACTL" maps -n "$target"
	[[ $output != *" in 4"* ]]
}

@test "maps: every mapping of the kernel's list is there" {
	publish good 3
	grep -v vsyscall "/proc/$target/maps" | cut -d- -f1 | sed 's/^0*//' >"$tmp/kernel"
	"$VACTL" maps -rno START "$target" | sed 's/^0x0*//' >"$tmp/ours"
	[ -s "$tmp/kernel" ]
	while read -r start; do
		grep -qx "$start" "$tmp/ours"
	done <"$tmp/kernel"
}

@test "colours: never in a pipe, always where asked, NO_COLOR on a terminal" {
	publish good 3
	run "$VACTL" maps "$target"
	[[ $output != *$'\e['* ]]
	run "$VACTL" maps --color=always "$target"
	[[ $output == *$'\e['* ]]
	NO_COLOR=1 run "$VACTL" maps --color=always "$target"
	[[ $output == *$'\e['* ]]
	command -v script >/dev/null || skip "script is not installed"
	export TERM=xterm
	run script -qec "$VACTL maps $target" /dev/null
	[[ $output == *$'\e['* ]]
	NO_COLOR=1 run script -qec "$VACTL maps $target" /dev/null
	[[ $output != *$'\e['* ]]
	run script -qec "$VACTL maps --color=never $target" /dev/null
	[[ $output != *$'\e['* ]]
}

@test "ps: one row for each confined process" {
	publish good 3
	first=$target
	publish good 5
	run --separate-stderr "$VACTL" ps
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	[[ ${lines[0]} =~ ^\ *PID\ WINDOW\ +REACH\ +FENCE\ +GUEST\ +HOST\ +GAP\ +VMAS\ COMMAND ]]
	[[ $output =~ $first\ 0x10000-0x100000000\ +process\ +on\ +48K\ +0B\ +2.9G\ +[0-9]+\ .*faketable\ good\ 3 ]]
	[[ $output =~ $target\ 0x10000-0x100000000\ +process\ +on\ +80K ]]
}

@test "ps: JSON parses, with any bytes in a command line" {
	publish good 3
	cp "$GUEST/faketable" "$tmp/"$'n\xffame "\\\n\x01' 2>/dev/null || skip "no such names here"
	publish_as "$tmp/"$'n\xffame "\\\n\x01' good 1
	"$VACTL" ps -J >"$tmp/json"
	# Other processes may be confined as well: the test finds its own by number.
	[ "$(process "$target" window <"$tmp/json")" = 0x10000-0x100000000 ]
	"$VACTL" ps -J -o PID,GUEST,CONSISTENT >"$tmp/json"
	[ "$(process "$!" consistent <"$tmp/json")" = True ]
	"$VACTL" maps -J "$!" | python3 -m json.tool >/dev/null
}

@test "ps: none is no failure" {
	run --separate-stderr "$VACTL" ps -J -o PID
	[ "$status" -eq 0 ]
	member "['processes']" <<<"$output"
}

@test "ps: a hundred processes in under a second" {
	for i in {1..100}; do
		"$GUEST/faketable" good 20 >"$tmp/ready.$i" 3>&- &
		started="$started $!"
	done
	i=0
	for pid in $started; do
		awaits "$pid" test -s "$tmp/ready.$((i += 1))"
	done
	begin=$(date +%s%N)
	run "$VACTL" ps -n
	end=$(date +%s%N)
	[ "${#lines[@]}" -ge 100 ]
	echo "$(((end - begin) / 1000000)) ms"
	[ $((end - begin)) -lt 1000000000 ]
}

@test "a table of 60,000 intervals is read whole" {
	publish good 60000
	[ "$("$VACTL" maps -rno KIND "$target" | grep -c guest)" -eq 60001 ]
}

# --- what can go wrong -------------------------------------------------------

@test "maps: a process that is gone" {
	publish good 1
	kill -KILL "$target"
	wait "$target" || true
	run --separate-stderr "$VACTL" maps "$target"
	[ "$status" -eq 1 ]
	says "PID $target: there is no such process"
}

# One that its parent has not waited for.
@test "a process that has ended and is still there" {
	sh -c 'sleep 0.3 & echo $!; exec sleep 60' >"$tmp/ready" 3>&- &
	started=$!
	awaits $! test -s "$tmp/ready"
	ended=$(cat "$tmp/ready")
	awaits $! grep -q '^State:.*Z' "/proc/$ended/status"
	for command in maps stat plot; do
		run --separate-stderr "$VACTL" $command "$ended"
		[ "$status" -eq 1 ]
		says "PID $ended has ended"
	done
}

@test "maps: another user's process is refused with the remedy" {
	if [ "$(id -u)" -eq 0 ]; then
		open_folder
		publish good 1
		run --separate-stderr as_nobody maps "$target"
		rm -r "$folder"
	else
		[ "$(stat -c %u /proc/1)" -ne "$(id -u)" ] || skip "all processes are this user's"
		run --separate-stderr "$VACTL" maps 1
	fi
	[ "$status" -eq 1 ]
	says "run vactl as the same user or as root"
}

@test "maps: root of a user namespace is not told to become root" {
	[ "$(id -u)" -eq 0 ] || skip "needs root"
	unshare -Ur true || skip "needs a user namespace"
	open_folder
	cp "$GUEST/faketable" "$folder"
	publish_as setpriv --reuid=65534 --regid=65534 --clear-groups "$folder/faketable" good 1
	run --separate-stderr unshare -Ur "$VACTL" maps "$target"
	rm -r "$folder"
	[ "$status" -eq 1 ]
	says "root of a container or a user namespace may not"
}

@test "a /proc that is not mounted, or hides a process, is told" {
	unshare -m mount -t tmpfs none /proc || skip "needs a mount namespace"
	publish good 1
	export VACTL_LIBRARY=$VALIMIT_LIB
	for arguments in ps "watch -c 1" "maps $target" "check $target" "run -w 32bit true"; do
		run --separate-stderr unshare -m sh -c 'mount -t tmpfs none /proc && exec "$@"' - \
			"$VACTL" $arguments
		[ "$status" -ne 0 ]
		says mounted
	done
	open_folder
	run --separate-stderr unshare -m sh -c 'mount -t proc -o hidepid=2 none /proc && exec "$@"' - \
		setpriv --reuid=65534 --regid=65534 --clear-groups "$folder/vactl" maps "$target"
	rm -r "$folder"
	[ "$status" -eq 1 ]
	says hidepid
}

@test "maps: where the memory may not be read, the kernel's list is shown" {
	publish good 3
	run --separate-stderr "$GUEST/faketable" denied "$VACTL" maps -r "$target"
	[ "$status" -eq 1 ]
	says "Operation not permitted"
	says "ptrace_scope"
	[[ $output == *"0x000040000000 0x000040001000 4K unknown data r--p"* ]]
	run --separate-stderr "$GUEST/faketable" denied "$VACTL" maps -J "$target"
	[ "$(member "['table']" <<<"$output")" = False ]
}

@test "ps: what may not be read is counted where asked" {
	publish good 3
	run --separate-stderr "$GUEST/faketable" denied "$VACTL" ps
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	run --separate-stderr "$GUEST/faketable" denied "$VACTL" ps --verbose
	[ "$status" -eq 0 ]
	says "could not be read"
}

@test "maps: a table of another version is named" {
	publish version
	run --separate-stderr "$VACTL" maps "$target"
	[ "$status" -eq 1 ]
	says "layout version 5 and this vactl knows version 4"
}

@test "maps: a region that ends before its table does, or holds noise" {
	for mode in short "noise 7"; do
		publish $mode
		run --separate-stderr "$VACTL" maps "$target"
		[ "$status" -eq 1 ]
		says "no table that can be believed"
	done
}

@test "maps: a false region before the table is passed over" {
	publish decoy
	run --separate-stderr "$VACTL" maps -J "$target"
	[ "$status" -eq 0 ]
	[ "$(member "['kinds']['guest']['bytes']" <<<"$output")" -eq $((100 * 16384)) ]
}

@test "a table that is never at rest is read all the same" {
	publish stuck
	run --separate-stderr "$VACTL" maps -J "$target"
	[ "$status" -eq 0 ]
	says "PID $target: the table was changing"
	[ "$(member "['consistent']" <<<"$output")" = False ]
	[ "$(member "['kinds']['guest']['bytes']" <<<"$output")" -eq $((100 * 16384)) ]
}

@test "what does not change is read while sixteen threads change the rest" {
	publish churn 1000 16
	for i in {1..20}; do
		"$VACTL" maps -rno START,END,KIND "$target" 2>/dev/null >"$tmp/rows"
		# The thousand that stay, one of them cut by a mapping.
		[ "$(awk '$3 == "guest" && $1 ~ /[08]000$/' "$tmp/rows" | wc -l)" -ge 950 ]
		"$VACTL" maps -J "$target" 2>/dev/null | python3 -m json.tool >/dev/null
	done
}

@test "a hostile table does no harm" {
	for seed in {1..60}; do
		publish hostile "$seed"
		run "$VACTL" maps -J "$target"
		[ "$status" -le 1 ]
		run "$VACTL" ps
		[ "$status" -eq 0 ]
		kill -KILL "$target"
		wait "$target" 2>/dev/null || true
	done
}

# --- with the library --------------------------------------------------------

@test "a confined program shows in ps and maps" {
	"$VACTL" run --window 32bit sleep 60 3>&- &
	target=$!
	started=$target
	for i in {1..200}; do
		run "$VACTL" ps
		[[ $output =~ $target\ 0x[0-9a-f]+-0x100000000\ +whole\ +on\ .*sleep\ 60 ]] && break
		sleep 0.05
	done
	[[ $output =~ $target\ 0x[0-9a-f]+-0x100000000\ +whole\ +on\ .*sleep\ 60 ]]
	"$VACTL" maps -J "$target" >"$tmp/json"
	[ "$(member "['consistent']" <"$tmp/json")" = True ]
	[ "$(member "['kinds']['fence']['bytes'] > 0" <"$tmp/json")" = True ]
}
