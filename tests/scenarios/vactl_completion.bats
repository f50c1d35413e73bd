#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# Completions of command lines of vactl in bash and zsh: the words of its own tables.

load vactl.bash

scripts=$SRCDIR/tools/vactl/completion

# The answers for the last of the words.
answers() {
	"$VACTL" completion "$@" | cut -f1
}

# The completions that bash would show for a line that ends at the cursor.
bash_answers() {
	bash --norc -c '
		source "$1" && COMP_LINE=$2 COMP_POINT=${#2}
		# As readline takes it apart.
		read -ra COMP_WORDS < <(sed "s/[=:]/ & /g" <<<"$COMP_LINE")
		[[ $COMP_LINE != *" " ]] || COMP_WORDS+=("")
		COMP_WORDS[0]=$3 COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
		compopt() { :; } # only where a line is being typed
		_vactl
		printf "%s\n" "${COMPREPLY[@]}"
	' - "$scripts/bash/vactl" "$1" "$VACTL"
}

# An interactive shell in a terminal; see shows and keys.
shell() {
	command -v tmux >/dev/null || skip "tmux is not installed"
	command -v "${1%% *}" >/dev/null || skip "${1%% *} is not installed"
	export TMUX_TMPDIR=$BATS_TEST_TMPDIR
	tmux -f /dev/null -L shell new-session -d -x 120 -y 30 -c "$tmp" \
		"env PATH='$(dirname "$VACTL"):$PATH' PS1='shell> ' $1" 3>&-
	shows 'shell>'
}

# Ctrl-U and not Ctrl-C empties a line: that would drop keys not read yet.
keys() {
	tmux -L shell send-keys "$@"
}

# Runs a command, empties the screen and waits for a prompt of its own there: text that is typed
# while a command runs is on the screen once more, before the prompt, where it moves the line.
ready() { # PROMPT [COMMAND]
	keys C-u "${2:+$2; }PS1='$1> '; clear" Enter
	shows "^$1>\$"
}

shows() {
	for i in {1..300}; do
		tmux -L shell capture-pane -p | grep -qE -- "$1" && return
		sleep 0.05
	done
	echo "no '$1' in:"
	tmux -L shell capture-pane -p
	return 1
}

@test "completion: the commands are those of the help" {
	"$VACTL" --help | sed -n '/^Commands:/,/^$/s/^ \([a-z]*\) .*/\1/p' >"$tmp/commands"
	[ -s "$tmp/commands" ]
	diff "$tmp/commands" <(answers '')
	[ "$(answers ma)" = maps ]
	[ "$(answers -)" = $'--help\n--version' ]
	[ -z "$(answers nonsense '')" ]
	run -0 "$VACTL" completion
	[ -z "$output" ]
}

@test "completion: the options of each command are those of its help" {
	for command in $(answers ''); do
		"$VACTL" "$command" --help | grep -v '(not built in)' |
			sed -nE 's/^ (-.,|   ) (--[a-z-]+).*/\2/p' >"$tmp/options"
		[ -s "$tmp/options" ]
		diff "$tmp/options" <(answers "$command" --)
	done
	[ "$(answers maps --nohead)" = --noheadings ]
}

@test "completion: values of options, apart and behind =" {
	[ "$(answers run --fence o)" = $'on\noff' ]
	[ "$(answers run --fence=o)" = $'--fence=on\n--fence=off' ]
	[ "$(answers run -w 32)" = 32bit ]
	[ "$(answers maps --color=)" = $'--color=auto\n--color=always\n--color=never' ]
	[ "$(answers plot -f x)" = :files ]
	# --color's value may be left out: the next word is none.
	[ -z "$(answers maps --color a)" ] || [ "$(answers maps --color a)" = :files ]
}

@test "completion: every value that is offered is taken" {
	for option in window reach fence fixed place; do
		for value in $(answers run "--$option="); do
			[ "$option" = window ] || set -- --window 32bit
			# All that is wrong is that there is no such program.
			run -127 "$VACTL" run "$@" "$value" /nonexistent
		done
	done
	publish good 3
	for option in $(answers maps --sort=) $(answers maps --color=); do
		"$VACTL" maps "$option" "$target"
	done
	for kind in $(answers maps --kind '' | grep -v :); do
		"$VACTL" maps --kind "$kind" "$target"
	done
}

@test "completion: columns, each once, also behind others and a plus" {
	[ "$(answers maps -o ST)" = $':nospace\nSTART' ]
	[ "$(answers maps -o st)" = $':nospace\nSTART' ]
	[ "$(answers maps -o +START,S)" = $':nospace\n+START,SIZE\n+START,SWAP' ]
	[ "$(answers maps --output=START,S)" = $':nospace\n--output=START,SIZE\n--output=START,SWAP' ]
	[ "$(answers maps -Jno K)" = $':nospace\nKIND' ]
	"$VACTL" ps --help | sed -n '/^Columns/,/^$/s/^ \([A-Z]*\) .*/\1/p' >"$tmp/columns"
	[ -s "$tmp/columns" ]
	diff "$tmp/columns" <(answers ps -o '' | grep -v :)
}

@test "completion: confined processes, and files where a core will do" {
	short_name faketable
	publish good 3
	answers maps '' | grep -qx "$target"
	"$VACTL" completion maps "$target" | grep -q "^$target	.*faketable good 3$"
	answers watch '' | grep -qx "$target"
	[ -z "$(answers maps --bytes '' | grep :files)" ]
	answers plot core | grep -qx :files
	[ -z "$(answers watch core)" ]
	[ -z "$(answers ps '')" ]
	answers maps -- '' | grep -qx "$target"
}

@test "completion: behind run stands another command line" {
	[ "$(answers run l)" = ":command 1" ]
	[ "$(answers run --window 32bit ls -)" = ":command 3" ]
	[ "$(answers run -w 32bit -- ls -l)" = ":command 4" ]
	[ "$(answers run --window=32bit --seed 7 ls '')" = ":command 4" ]
}

@test "completion: odd words are no trouble" {
	for word in - = --= --output= -o , + ,, -- --=x '' $'\xff' "$(printf 'x%.0s' {1..5000})"; do
		for command in maps run plot nonsense -- ''; do
			run "$VACTL" completion "$command" "$word" "$word"
			[ "$status" -eq 0 ]
		done
	done
}

@test "completion in bash: the function is there for vactl" {
	run -0 bash --norc -c 'source "$1" && complete -p vactl' - "$scripts/bash/vactl"
	[ "$output" = "complete -F _vactl vactl" ]
}

@test "completion in bash: commands, options, values, columns, processes" {
	publish good 3
	[ "$(bash_answers 'vactl ma')" = maps ]
	[ "$(bash_answers 'vactl run --fix')" = --fixed ]
	[ "$(bash_answers 'vactl run --place t')" = topdown ]
	# readline holds "to" only for a word that has a "=" before it.
	[ "$(bash_answers 'vactl run --place=t')" = topdown ]
	[ "$(bash_answers 'vactl run --window 32bit --place=bo')" = bottomup ]
	[ "$(bash_answers 'vactl maps --output=START,EN')" = START,END ]
	[ "$(bash_answers 'vactl maps -o KIND,EN')" = KIND,END ]
	bash_answers 'vactl maps ' | grep -qx "$target"
	cd "$tmp"
	touch "core file"
	[ "$(bash_answers 'vactl plot core')" = "core file" ]
	bash_answers 'vactl run --window=32bit py' | grep -qx python3
}

@test "completion in bash, as it is typed" {
	shell "bash --norc --noprofile -i"
	ready bash "source $scripts/bash/vactl"
	keys "vactl ma" Tab "--nohead" Tab "--color=al" Tab "-o STA" Tab ",EN" Tab
	shows '^bash> vactl maps --noheadings --color=always -o START,END$'
	ready file
	touch "$tmp/core of it"
	keys "vactl plot core" Tab
	shows 'vactl plot core\\ of\\ it'
}

@test "completion in zsh, as it is typed" {
	publish good 3
	shell "zsh -f -i"
	ready zsh "fpath=($scripts/zsh \$fpath); autoload -U compinit; compinit -u -D"
	keys "vactl ma" Tab "--nohead" Tab "--color=al" Tab "-o STA" Tab ",EN" Tab
	shows 'vactl maps --noheadings --color=always -o START,END'
	ready process
	keys "vactl maps ${target%?}" Tab
	shows "vactl maps $target"
	touch "$tmp/core of it"
	ready file
	keys "vactl plot core" Tab
	shows 'vactl plot core\\ of\\ it'
	ready program
	keys "vactl run --window 32bit pytho" Tab
	shows 'run --window 32bit python'
}

teardown() {
	tmux -L shell kill-server 2>/dev/null || true
	for pid in $started; do
		kill -KILL "$pid" 2>/dev/null || true
		wait "$pid" 2>/dev/null || true
	done
}
