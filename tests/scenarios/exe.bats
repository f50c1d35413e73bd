#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# /proc/self/exe under a launcher. ld.so, run as a program, is one: the kernel
# names it as the executable; with the launcher's mark in a copy of it the
# library takes it for ours, with any user.

load helpers

MARK_AT=50
MARK='\126'

setup() {
	tmp=$BATS_TEST_TMPDIR
	cd "$tmp"
	loader=$(realpath "$(readelf -lW "$GUEST/ownexe" | sed -n 's/.*program interpreter: \(.*\)]/\1/p')")
	launcher=$tmp/launcher
	cp "$loader" launcher
	printf "$MARK" | dd of=launcher bs=1 seek=$MARK_AT conv=notrunc status=none
	guest=$(realpath "$GUEST/ownexe")
}

# launched [NAME=VALUE]... PROGRAM [ARGUMENT]...
launched() {
	local -a set=()

	while [[ $1 == *=* ]]; do
		set+=("$1")
		shift
	done
	timeout 60 env "${set[@]}" LD_PRELOAD="$VALIMIT_LIB" "$launcher" "$@"
}

@test "the kernel names the launcher, and the library the program" {
	# Without the library: the test is one.
	run "$launcher" "$guest" "$guest"
	[ "$status" -eq 1 ] && [[ $output == "readlink /proc/self/exe: $launcher "* ]] || fail "$output"
	launched "$guest" "$guest" "$launcher"
}

@test "it does so in every window, and with hosts" {
	launched VA_LIMIT=32bit "$guest" "$guest" "$launcher"
	launched VA_LIMIT=$WINDOW VA_LIMIT_FENCE=off "$guest" "$guest" "$launcher"
	launched VA_LIMIT=$WINDOW VA_LIMIT_HOST=nothing "$guest" "$guest" "$launcher"
}

@test "a module rule means the program, and not the launcher" {
	[ "$(launched VA_LIMIT_HOST=api_module "$GUEST/api_module" -s)" = host ]
	[ "$(launched VA_LIMIT_HOST=launcher "$GUEST/api_module" -s)" = guest ]
}

@test "for a user without privileges too" {
	need setpriv
	folder=$(mktemp -d /tmp/valimit.XXXXXX)
	chmod 755 "$folder"
	cp "$(realpath "$VALIMIT_LIB")" "$folder/lib.so"
	install -o 65534 "$guest" launcher "$folder"
	install -d -o 65534 "$folder/own"
	cd "$folder/own"
	run env LD_PRELOAD="$folder/lib.so" VA_LIMIT=32bit setpriv --reuid=65534 --regid=65534 \
		--clear-groups "$folder/launcher" "$folder/ownexe" "$folder/ownexe" "$folder/launcher"
	cd /
	rm -r "$folder"
	[ "$status" -eq 0 ] || fail "$output"
}

@test "for the root of a user namespace too" {
	need unshare
	unshare -Ur true || skip "user namespaces are forbidden here"
	run env LD_PRELOAD="$VALIMIT_LIB" VA_LIMIT=32bit unshare -Ur "$launcher" "$guest" "$guest" "$launcher"
	[ "$status" -eq 0 ] || fail "$output"
}

@test "a program that is not under the launcher has the kernel's answer" {
	plain $WINDOW ownexe "$guest"
	both $WINDOW ownexe "$guest"
	# The kernel's answer, not the program: no mark, no launcher.
	LD_PRELOAD="$VALIMIT_LIB" "$loader" "$guest" "$loader"
}

@test "what is asked of other files is one system call each" {
	need strace
	run between_marks confined $WINDOW ownexe marks
	[ "$status" -eq 0 ] || fail "$output"
	[ "$(sed 's/(.*//' <<<"$output")" = $'readlinkat\nopenat' ] || fail "$output"
}

@test "open is a cancellation point" {
	mkfifo fifo
	timeout 20 "$guest" cancel fifo
	launched "$guest" cancel fifo
	fenced 32bit ownexe cancel "$tmp/fifo"
}

@test "an open without a mode ends a fortified program as ever" {
	need gcc
	printf '%s\n' '#include <fcntl.h>' 'int main(int n, char **v) { return open("x", n > 1 ? O_CREAT : O_RDONLY); }' >f.c
	gcc -O2 -D_FORTIFY_SOURCE=2 -Wno-unused-result -o f f.c
	run ./f 1
	ends=$output
	run env LD_PRELOAD="$VALIMIT_LIB" ./f 1
	[ "$status" -eq 134 ] && [ "$output" = "$ends" ] || fail "$output"
	run env LD_PRELOAD="$VALIMIT_LIB" ./f
	[ "$status" -eq 255 ]
}

@test "a buffer that is too small ends a fortified program as ever" {
	need gcc
	cat >small.c <<-'END'
		#include <stdlib.h>
		#include <unistd.h>
		int main(int n, char **v)
		{
			char text[4], *volatile path = "/proc/self/exe";
			return n > 2 ? !realpath(path, text) : readlink(path, text, (size_t)atoi(v[1])) != 4;
		}
	END
	gcc -O2 -D_FORTIFY_SOURCE=2 -Wno-stringop-overflow -Wno-attribute-warning -o small small.c
	env LD_PRELOAD="$VALIMIT_LIB" ./small 4
	for arguments in 5 "4 real"; do
		run env LD_PRELOAD="$VALIMIT_LIB" ./small $arguments
		[ "$status" -eq 134 ] && [[ $output == *"buffer overflow detected"* ]] || fail "$output"
	done
}

@test "perl and node know their own path" {
	need perl
	perl=$(perl -e 'print $^X')
	[ "$(launched VA_LIMIT=32bit "$perl" -e 'print $^X')" = "$perl" ]
	need node
	node=$(node -p process.execPath)
	[ "$(launched VA_LIMIT=32bit "$node" -p process.execPath)" = "$node" ]
}

# own PROGRAM ARGUMENT...: says the same under the real launcher, to a user
# without privileges, as without it.
own() {
	local plain

	command -v "$1" >/dev/null || return 0
	plain=$(cd / && setpriv --reuid=65534 --regid=65534 --clear-groups "$@")
	run as_nobody "$@"
	[ "$status" -eq 0 ] && [ "$output" = "$plain" ] || fail "$*: $output, not $plain"
	asked=$((asked + 1))
}

as_nobody() {
	(cd / && VACTL_LAUNCHER=$folder/launch VACTL_LIBRARY=$folder/lib.so timeout 60 \
		setpriv --reuid=65534 --regid=65534 --clear-groups "$folder/vactl" run --window 32bit -- "$@")
}

@test "programs know their own path for a user without privileges" {
	need setpriv
	[ "$(id -u)" -eq 0 ] || skip "root becomes another user"
	[ -x "$(dirname "$VACTL")/tools/launch/launch" ] || skip "no launcher for this processor"
	folder=$(mktemp -d /tmp/valimit.XXXXXX)
	chmod 755 "$folder"
	install "$VACTL" "$(dirname "$VACTL")/tools/launch/launch" "$guest" "$folder"
	install -m 644 "$(realpath "$VALIMIT_LIB")" "$folder/lib.so"
	asked=0
	own perl -e 'print $^X'
	own node -p process.execPath
	own /usr/bin/python3 -c 'import os, sys; print(sys.executable, os.readlink("/proc/self/exe"))'
	own ruby -e 'puts RbConfig.ruby, File.readlink("/proc/self/exe"), File.realpath("/proc/self/exe")'
	own sbcl --noinform --non-interactive --eval '(princ sb-ext:*runtime-pathname*)'
	own readlink /proc/self/exe
	own realpath /proc/self/exe
	rm -r "$folder"
	[ "$asked" -ge 3 ]
}
