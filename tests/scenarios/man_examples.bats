#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# The examples of the manual pages and of the README, run. In a manual page a
# comment in front of each, which the reader does not see, says what it is:
#
#   .\" example: shell        its lines that begin with "$ " are commands
#   .\" example: C            statements of a function
#   .\" example: program      a program; api.bats runs it
#   .\" example: declaration  nothing to run
#   .\" example: shown        what is printed, or needs more than a test has

load vactl.bash

# examples PAGE KIND: each as a file $tmp/examples/N.
examples() {
	mkdir -p "$tmp/examples"
	awk -v kind="$2" -v folder="$tmp/examples" '
		/^\.\\" example: / { wanted = $3 == kind; if (wanted) file = folder "/" ++count; next }
		wanted && /^\.Dl / { sub(/^\.Dl /, ""); gsub(/\\-/, "-"); print > file; next }
		wanted && /^\.Bd / { inside = 1; next }
		inside && /^\.Ed/ { inside = wanted = 0 }
		!inside { wanted = 0 }
		inside { gsub(/\\-/, "-"); gsub(/\\e/, "\\"); print > file }
	' "$SRCDIR/man/$1"
}

# Programs for names that are only examples.
stand_ins() {
	mkdir -p "$tmp/bin"
	printf '#!/bin/sh\nexec "%s" "$@"\n' "$VACTL" >"$tmp/bin/vactl"
	for name in program emulator luajit make qemu-x86_64 box64 FEXInterpreter wine; do
		printf '#!/bin/sh\nexec true\n' >"$tmp/bin/$name"
	done
	chmod +x "$tmp/bin"/*
	# Not a wrapper that picks one: between its exec and the library's start the
	# process is not confined.
	ln -s "$(python3 -c 'import sys; print(sys.executable)')" "$tmp/bin/python3"
	# Scripts are run by an interpreter that is confined like any other.
	export PATH=$tmp/bin:$PATH VACTL_LIBRARY=$VALIMIT_LIB
}

# The commands as a user would type them, with a wait until a program has started.
run_shell() {
	{
		echo 'set -em; trap "kill -KILL %1 %2 2>/dev/null || true" EXIT'
		echo 'started() { for i in {1..200}; do vactl check -e $1 >/dev/null 2>&1 && return; sleep 0.05; done; return 1; }'
		echo 'vactl run --window 32bit sleep 60 & started $!'
		sed -n "s|/usr/local/lib/libvalimit.so.0|$VALIMIT_LIB|; s/^\\$ //p" "$1" |
			sed 's/&$/\& started $!/'
	} >"$tmp/script"
	(cd "$tmp" && timeout 60 bash "$tmp/script" <"$tmp/hold" >"$tmp/said" 2>&1 3>&- 9>&-) || {
		cat "$1" "$tmp/said"
		return 1
	}
}

# Why an example cannot be run here; nothing: it can.
lacking() {
	if grep -q gcore "$1" && ! command -v gcore >/dev/null; then
		echo "gcore is not installed"
	elif grep -q -e --children "$1" &&
		! "$VACTL" run --children --window 32bit true >/dev/null 2>&1; then
		echo "children cannot be confined here"
	fi
}

@test "every example says what it is" {
	for page in "$SRCDIR"/man/*.[0-9]; do
		awk -v page="${page##*/}" '
			/^\.Bd -literal/ || /^\.Dl \$/ {
				if (before !~ /^\.\\" example: (shell|C|program|declaration|shown)$/ &&
				    !(/^\.Dl \$/ && before ~ /^\.Dl \$/)) {
					print page ":" NR ": " $0; bad = 1
				}
			}
			{ before = $0 }
			END { exit bad }' "$page"
	done
}

@test "the examples of commands do what they say" {
	stand_ins
	mkfifo "$tmp/hold"
	exec 9<>"$tmp/hold"
	for page in vactl.1 valimit.7; do
		rm -rf "$tmp/examples"
		examples "$page" shell
		[ -s "$tmp/examples/1" ]
		for example in "$tmp/examples"/*; do
			why=$(lacking "$example")
			if [ -n "$why" ]; then
				echo "# not run, $why: $(head -n 1 "$example")" >&3
				continue
			fi
			run_shell "$example"
		done
	done
}

@test "the README's commands that start a program start it" {
	stand_ins
	touch "$tmp/app.py"
	sed -n 's/^    \$ \(vactl run .*\)/\1/p' "$SRCDIR/README.md" >"$tmp/commands"
	[ "$(wc -l <"$tmp/commands")" -gt 5 ]
	while read -r command; do
		(cd "$tmp" && timeout 60 bash -c "$command" </dev/null) ||
			{ echo "status $?: $command"; false; }
	done <"$tmp/commands"
}

# Each declares a pointer, which is none where it fails.
run_examples() {
	for example in "$tmp/examples"/*; do
		name=$(sed -n 's/^void \*\([a-z]*\) =.*/\1/p' "$example")
		{
			printf '#include <stdio.h>\n#include <sys/mman.h>\n#include <valimit.h>\n'
			printf 'int main(void)\n{\n\tconst size_t size __attribute__((unused)) = 1 << 20;\n'
			cat "$example"
			printf 'return %s == MAP_FAILED;\n}\n' "$name"
		} >"$example.c"
		"${CC:-cc}" -D_GNU_SOURCE -Wall -Wextra -Werror -I"$SRCDIR/include" "$example.c" \
			-o "$example.out" -L"${VALIMIT_LIB%/*}" -lvalimit -Wl,-rpath,"${VALIMIT_LIB%/*}"
		"$example.out"
	done
}

@test "the examples in C compile and do what they say" {
	command -v "${CC:-cc}" >/dev/null || skip "no compiler is installed"
	for page in mmap_range valimit_place valimit_reserve valimit_walk; do
		rm -rf "$tmp/examples"
		examples "$page.3" C
		[ -s "$tmp/examples/1" ]
		run_examples
	done
}
