#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# The live view: lines of text where there is no terminal, and on one, which
# tmux plays here, a map that follows the terminal's size, outlives the process
# and gives the terminal back.

load vactl.bash

setup_file() {
	export TMUX_TMPDIR=$BATS_FILE_TMPDIR
}

# Runs a command line in a terminal of WIDTH by HEIGHT, then waits in a shell.
terminal() {
	command -v tmux >/dev/null || skip "tmux is not installed"
	"$VACTL" watch --help | grep -q Keys
	ldd "$all_commands" | grep -q libncurses || skip "vactl is built without ncurses"
	server=v$BATS_TEST_NUMBER
	size=("$1" "$2")
	shift 2
	tmux -f /dev/null -L "$server" new-session -d -x "${size[0]}" -y "${size[1]}" \
		"env LC_ALL=C.UTF-8 PS1='shell> ' bash --norc --noprofile -i" 3>&-
	shows 'shell>'
	keys "$*" Enter
}

keys() {
	tmux -L "$server" send-keys "$@"
}

screen() {
	tmux -L "$server" capture-pane -p
}

# Whether the table of the target can be read.
readable() {
	"$VACTL" maps "$target" >/dev/null 2>&1
}

# Whether so many lines were written.
has_lines() { # NUMBER
	[ "$(wc -l <"$tmp/out")" -ge "$1" ]
}

# Waits until the screen has a text, a pattern of grep -E.
shows() {
	for i in {1..300}; do
		screen | grep -qE -- "$1" && return
		sleep 0.05
	done
	echo "no '$1' in:"
	screen
	return 1
}

# The terminal as a shell wants it: echo on, the cursor there, no other screen.
restored() {
	shows "$1"
	[ "$(tmux -L "$server" display -p '#{cursor_flag} #{alternate_on}')" = "1 0" ]
	keys 'stty -a' Enter
	shows '[^-]icanon'
	shows '[^-]echo '
}

teardown() {
	[ -z "${server-}" ] || tmux -L "$server" kill-server 2>/dev/null || true
	for pid in $started; do
		kill -KILL "$pid" 2>/dev/null || true
		wait "$pid" 2>/dev/null || true
	done
}

# --- text -------------------------------------------------------------------

@test "watch: where there is no terminal, a heading and a line each time" {
	publish good 3
	run --separate-stderr "$VACTL" watch --interval 0.05 --count 3 "$target"
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	[ "${#lines[@]}" -eq 4 ]
	[[ ${lines[0]} =~ ^TIME\ +GUEST\ +HOST\ +OTHER\ +GAP\ +VMAS\ +mmap/s ]]
	[[ ${lines[1]} =~ ^[0-9:]{8}\ +48K\ +0B\ +[0-9.]+M\ +2.9G\ +[0-9]+\ +-\ +-\  ]]
	[[ ${lines[2]} =~ ^[0-9:]{8}\ +48K\ .*\ 0\ +0\ +0\ +0\ +0\ +0$ ]]
}

@test "watch: ends where it cannot be read any more" {
	publish good 1
	for who in "" "$target"; do
		run --separate-stderr timeout 60 bash -c 'exec "$0" watch -i 0.05 $1 >/dev/full' "$VACTL" "$who"
		[ "$status" -eq 1 ]
		says "cannot write the output: No space left on device"
	done
	# A process that ignores SIGPIPE passes that on to the programs that it starts.
	bash -c 'trap "" PIPE; { timeout 60 "$0" watch -i 0.05 "$1" 2>"$2"; echo $? >>"$2"; } | head -n 1' \
		"$VACTL" "$target" "$tmp/err"
	[ "$(cat "$tmp/err")" = "vactl: cannot write the output: Broken pipe"$'\n'1 ]
}

@test "watch: the rates of a process that maps all the time" {
	VA_LIMIT=32bit LD_PRELOAD="$VALIMIT_LIB" "$GUEST/race" 1 0 seen >/dev/null 3>&- &
	target=$!
	started=$target
	awaits "$target" readable
	run "$VACTL" watch -i 0.3 -c 2 "$target"
	[ "$status" -eq 0 ]
	read -r _ _ _ _ _ _ mmap munmap _ <<<"${lines[2]}"
	[ "${mmap%.*}" -gt 0 ]
	[ "${munmap%.*}" -gt 0 ]
}

@test "watch: without a PID a line for each confined process" {
	publish good 3
	first=$target
	publish good 5
	run --separate-stderr "$VACTL" watch -c 1
	[ "$status" -eq 0 ]
	[[ ${lines[0]} =~ ^TIME\ .*\ PID\ COMMAND$ ]]
	[[ $output =~ \ 48K\ [^$'\n']*\ $first\ [^$'\n']*faketable\ good\ 3 ]]
	[[ $output =~ \ 80K\ [^$'\n']*\ $target\ [^$'\n']*faketable\ good\ 5 ]]
}

@test "watch: the end of the process is the end, and no failure" {
	publish good 3
	"$VACTL" watch -i 0.05 "$target" >"$tmp/out" 2>"$tmp/err" 3>&- &
	watcher=$!
	started="$started $watcher"
	awaits "$watcher" has_lines 3
	kill -KILL "$target"
	wait "$watcher"
	[ "$(cat "$tmp/err")" = "vactl: watch: PID $target: it has ended" ]
}

@test "watch: a process that is not confined, by the kernel's list" {
	publish none
	run --separate-stderr "$VACTL" watch -i 0.05 -c 2 "$target"
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	[[ ${lines[2]} =~ \ [0-9.]+T\ +[0-9]+\ +-\ +-\  ]]
	terminal 80 24 "$VACTL watch $target; echo end \$?"
	shows '^not confined'
	shows 'unknown [0-9]'
	keys q
	restored '^end 0'
}

@test "watch: what cannot be watched is a failure" {
	publish none
	kill -KILL "$target"
	wait "$target" || true
	run --separate-stderr "$VACTL" watch "$target"
	[ "$status" -eq 1 ]
	says "no such process"
}

@test "watch: interval and count that are none are refused" {
	for wrong in -i0 -i0.01 -i1e3 -i. -i, -ix --interval= -i100000; do
		run --separate-stderr "$VACTL" watch "$wrong" 1
		[ "$status" -eq 1 ]
		says "--interval is not from 0.05 to 86400"
	done
	for wrong in -c0 -c-1 -cx -c1.5 --count=; do
		run --separate-stderr "$VACTL" watch "$wrong" 1
		[ "$status" -eq 1 ]
		says "--count is not from "
	done
	run --separate-stderr "$VACTL" watch 1 2
	[ "$status" -eq 1 ]
}

@test "watch: a terminal that cannot be drawn on, and --plain, have text" {
	publish good 3
	terminal 100 24 "TERM=dumb $VACTL watch -c 1 $target; echo end $?"
	shows '^end 0'
	shows '^[0-9:]+ +48K'
	keys "clear; TERM=no-such-terminal $VACTL watch -c 1 $target; echo end $?" Enter
	shows '^[0-9:]+ +48K'
	keys "clear; TERM= $VACTL watch -c 1 $target; echo end $?" Enter
	shows '^[0-9:]+ +48K'
	keys "clear; $VACTL watch -p -c 1 $target; echo end $?" Enter
	shows '^[0-9:]+ +48K'
}

# --- the map ------------------------------------------------------------------

@test "watch: a map of cells in 80 by 24, until q" {
	short_name faketable
	publish good 3
	terminal 80 24 "$VACTL watch $target; echo end \$?"
	shows '^q end'
	shows "^ PID $target .*faketable good 3"
	shows '^window 0x10000-0x100000000  reach process  fence on'
	shows 'in use \(0.0%\)  largest gap 2.9G at 0x'
	shows '^a second: mmap 0 +munmap 0'
	shows '^000040000000 [█▓▒░.]+ '
	shows 'guest 48K'
	shows '~~~ .* ~~~'
	[ "$(screen | wc -L)" -le 80 ]
	keys q
	restored '^end 0'
}

@test "watch: it follows the size of the terminal, down to a few cells" {
	publish good 3
	terminal 80 24 "$VACTL watch $target; echo end \$?"
	shows '^q end'
	for size in "40 10" "20 4" "7 2" "1 1" "132 50"; do
		tmux -L "$server" resize-window -x "${size% *}" -y "${size#* }"
		sleep 0.2
		[ "$(tmux -L "$server" display -p '#{alternate_on}')" = 1 ]
	done
	shows '^q end'
	# Wider than eighty columns: cells up to the edge.
	shows '^000040000000 [█▓▒░.]{90}'
	tmux -L "$server" resize-window -x 40 -y 10
	shows '^000000000000 .{16} +[0-9.]+[MGT]$'
	keys q
	restored '^end 0'
}

@test "watch: lines are chosen with arrows, and looked at closer and back" {
	publish good 3
	terminal 80 24 "$VACTL watch $target"
	shows '^q end'
	shows '^> nothing mapped'
	for i in {1..20}; do
		screen | grep -q '^> 4 mapped\|^> 3 mapped' && break
		keys Down
		sleep 0.2
	done
	shows '^> [34] mapped, largest 40000000-|^> [34] mapped, largest 4000'
	keys Enter
	shows 'Backspace farther'
	keys BSpace
	shows 'Enter closer  Space stop'
	shows '^> [34] mapped'
	keys Home
	shows '^> nothing mapped'
}

@test "watch: ? tells of the keys, and Enter on a folded line why it does nothing" {
	publish good 3
	terminal 80 24 "$VACTL watch $target; echo end \$?"
	shows '^q end  \? help'
	keys '?'
	shows '^Space +stop, and go on'
	[ "$(screen | wc -L)" -le 80 ]
	keys x
	shows '^q end'
	keys Home Enter
	shows '^folded: alike from end to end'
	keys Down
	shows '^q end'
	keys q
	restored '^end 0'
}

@test "watch: the process's end is told at once, and its last picture stays" {
	publish good 3
	terminal 80 24 "$VACTL watch --interval 1000 $target; echo end \$?"
	shows '^q end'
	kill -KILL "$target"
	shows "^PID $target: it has ended"
	shows '^000040000000 [█▓▒░.]'
	shows 'guest 48K'
	keys q
	restored '^end 0'
}

@test "watch: a program that takes the process over ends the picture" {
	mkfifo "$tmp/hold"
	VA_LIMIT=32bit LD_PRELOAD="$VALIMIT_LIB" bash -c \
		'read line; unset LD_PRELOAD; exec sleep 60' <"$tmp/hold" 3>&- &
	target=$!
	started=$target
	exec 9>"$tmp/hold"
	awaits "$target" readable
	terminal 80 24 "$VACTL watch -i 0.1 $target; echo end \$?"
	shows '^q end'
	echo go >&9
	shows "runs another program now, which is not confined"
	keys q
	restored '^end 0'
}

@test "watch: the terminal is given back at every signal's end" {
	publish good 3
	for signal in TERM HUP QUIT; do
		terminal 80 24 "(trap - QUIT; exec $VACTL watch $target); echo end \$?"
		shows '^q end'
		watcher=$(pgrep -f "^$VACTL watch $target$")
		kill -$signal "$watcher"
		restored "^end $((128 + $(kill -l $signal)))"
		tmux -L "$server" kill-server
	done
	terminal 80 24 "$VACTL watch $target"
	shows '^q end'
	keys C-c
	restored 'shell>'
}

@test "watch: stopped by Ctrl-Z it gives the terminal back, and takes it again" {
	publish good 3
	terminal 80 24 "$VACTL watch $target"
	shows '^q end'
	keys C-z
	restored 'Stopped'
	keys "clear; fg" Enter
	shows '^q end'
	shows '^000040000000 [█▓▒░.]'
	keys q
	restored 'shell>'
}

@test "watch: letters without colours, and ASCII where the locale has no more" {
	publish good 3
	terminal 80 24 "NO_COLOR=1 $VACTL watch $target; echo end \$?"
	shows '^q end'
	shows '^000040000000 [Gg.]+ '
	keys q
	shows '^end 0'
	keys "clear; LC_ALL=C $VACTL watch $target" Enter
	shows '^000040000000 [#+.]+ '
	[ "$(screen | LC_ALL=C tr -d '\000-\177' | wc -c)" -eq 0 ]
}

@test "watch: what is mapped without access is no memory" {
	start on 'mmap 0x220000000 64M none fixed'
	terminal 80 24 "$VACTL watch $target; echo end \$?"
	shows 'reserve [0-9.]+M'
	shows '^0002[0-9a-f]+ [.]+-{2}'
	keys q
	restored '^end 0'
}

@test "watch: without a PID a list to choose from, and back to it" {
	publish good 3
	first=$target
	publish good 5
	terminal 150 24 "$VACTL watch; echo end \$?"
	shows '[0-9]+ confined process'
	shows " $first +48K .*faketable good 3"
	shows " $target +80K .*faketable good 5"
	# Other processes may be confined as well, and end: the last is any of them.
	for i in {1..20}; do
		keys End Enter
		sleep 0.3
		screen | grep -q '^ PID [0-9]' && break
	done
	shows '^ PID [0-9]+ '
	keys BSpace
	shows '[0-9]+ confined process'
	kill -KILL "$first"
	for i in {1..100}; do
		screen | grep -q " $first " || break
		sleep 0.1
	done
	[ "$(screen | grep -c " $first ")" -eq 0 ]
	keys q
	restored '^end 0'
}

@test "watch: Space stops it and lets it go on; --count ends it" {
	publish good 3
	terminal 80 24 "$VACTL watch -i 0.1 $target; echo end \$?"
	shows '^q end'
	keys Space
	shows '\[stopped\]'
	kill -KILL "$target"
	sleep 0.5
	shows '\[stopped\]'
	keys Space
	shows 'it has ended'
	keys q
	shows '^end 0'
	publish good 3
	keys "clear; $VACTL watch -i 0.1 -c 3 $target; echo over \$?" Enter
	restored '^over 0'
}

@test "watch: hostile tables and names harm neither terminal nor vactl" {
	short_name faketable
	for seed in {1..12}; do
		publish hostile "$seed"
	done
	publish good 3 $'\e[31m\x07\xff\n'
	terminal 80 24 "$VACTL watch -i 0.1; echo end \$?"
	shows '[0-9]+ confined process'
	for i in {1..8}; do
		keys Down Enter
		sleep 0.1
		keys Down Enter
		sleep 0.1
		keys BSpace BSpace BSpace
	done
	keys q
	restored '^end 0'
	keys "clear; $VACTL watch $target" Enter
	shows '^ PID .*good 3 .\[31m'
}
