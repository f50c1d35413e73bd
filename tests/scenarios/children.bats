#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# vactl run --children: every program that a program starts is wholly inside too, with any user,
# and by any way of starting it.

load vactl.bash
load helpers

WINDOW32=0x10000-0x100000000

setup_file() {
	# Where another user can come to, and write.
	export FOLDER=$(mktemp -d /tmp/valimit.XXXXXX)
	chmod 755 "$FOLDER"
	install "$VACTL" "$(dirname "$VACTL")/tools/launch/launch" "$FOLDER"
	install -m 644 "$(realpath "$VALIMIT_LIB")" "$FOLDER/libvalimit.so"
	install "$GUEST/watchmaps" "$GUEST/where" "$FOLDER"
	install -d -o 12345 -g 12345 "$FOLDER/own"
	"${CC:-cc}" -O1 -static -o "$FOLDER/static" -xc - <<<'#include <stdio.h>
		#include <stdlib.h>
		#include <unistd.h>
		int main(int n, char **v) { char b[999] = ""; (void)n; if (readlink("/proc/self/exe", b, 998) < 0) return 1;
		printf("%s %s %s\n", v[0], b, getenv("VA_LIMIT") ? "told" : "untold"); }' || rm -f "$FOLDER/static"
}

teardown_file() {
	rm -rf "$FOLDER"
}

# The user: "root" is the one that runs the tests.
user() {
	local who=$1

	shift
	if [ "$who" != root ]; then
		set -- setpriv --reuid=12345 --regid=12345 --clear-groups "$@"
	fi
	(cd "$FOLDER/own" && VACTL_LAUNCHER=$FOLDER/launch VACTL_LIBRARY=$FOLDER/libvalimit.so HOME=$FOLDER/own \
		timeout -k 5 60 "$@")
}

users() {
	if [ "$(id -u)" -eq 0 ]; then echo root other; else echo root; fi
}

# children WHO PROGRAM...: watched; prints the program's output.
children() {
	local who=$1 report=$FOLDER/own/report

	shift
	rm -f "$report"
	user "$who" "$FOLDER/watchmaps" "$WINDOW32" "$report" \
		"$FOLDER/vactl" run --children --window 32bit -- "$@" ||
		{ local code=$?; cat "$report" >&2; return $code; }
	grep -qx 'astray 0' "$report" || fail "not all were launched" "$(cat "$report")" || return
	launched=$(sed -n 's/^launched //p' "$report")
}

setup() {
	unset VA_LIMIT VA_LIMIT_FENCE VACTL_LIBRARY LD_PRELOAD
	export LC_ALL=C
	[ -x "$(dirname "$VACTL")/tools/launch/launch" ] || skip "no launcher for this processor"
	run user other "$FOLDER/vactl" run --children --window 32bit true
	case $output in
	*"cannot keep children inside"*) skip "$output" ;;
	esac
}

# each_user WANTED LAUNCHED PROGRAM...: at least so many were launched.
each_user() {
	local wanted=$1 least=$2 who launched

	shift 2
	for who in $(users); do
		children "$who" "$@" >"$BATS_TEST_TMPDIR/out" || fail "$who: status $?"
		[ "$(cat "$BATS_TEST_TMPDIR/out")" = "$wanted" ] || fail "$who: $(cat "$BATS_TEST_TMPDIR/out")"
		[ "$launched" -ge "$least" ] || fail "$who: only $launched were launched"
	done
}

@test "a shell's children" {
	each_user $'3\nb' 5 sh -c 'seq 3 | tail -n 1 | cat; x=$(echo a | tr a b); echo $x; true'
}

# In a user namespace root has no rights over the system.
@test "userfaultfd answers what it answers in any user namespace" {
	need python3
	need unshare
	cat >"$FOLDER/faults.py" <<-'END'
		import ctypes, errno, os, platform
		number = {'x86_64': 323, 'aarch64': 282}[platform.machine()]
		libc = ctypes.CDLL(None, use_errno=True)
		for flags in 0, 1:  # UFFD_USER_MODE_ONLY
		    print(flags, 'ok' if libc.syscall(number, flags) >= 0 else errno.errorcode[ctypes.get_errno()])
		print(os.path.exists('/dev/userfaultfd') and os.access('/dev/userfaultfd', os.R_OK))
	END
	wanted=$(user root unshare -U -r python3 "$FOLDER/faults.py") || skip "no user namespace here"
	each_user "$(sed '$d' <<<"$wanted")" 1 sh -c "python3 $FOLDER/faults.py | sed '\$d'"
	run -0 user root "$FOLDER/vactl" run --children --window 32bit -- python3 "$FOLDER/faults.py"
	[ "$output" = "$wanted" ] || fail "$output, not $wanted"
}

@test "scripts, and scripts of scripts" {
	printf '#!/bin/sh\necho "$0 $1"\n' >"$FOLDER/own/inner"
	printf '#!%s -x\n' "$FOLDER/own/inner" >"$FOLDER/own/outer"
	chmod 755 "$FOLDER/own/inner" "$FOLDER/own/outer"
	each_user "$FOLDER/own/inner -x" 2 sh -c 'true; ./outer | cat'
}

@test "a script's process has the script's name, and finds it" {
	"${CC:-cc}" -O1 -o "$FOLDER/asked" -xc - <<<'#include <stdio.h>
		#include <sys/auxv.h>
		int main(void) { return puts((char *)getauxval(AT_EXECFN)) < 0; }'
	printf '#!/bin/sh\ncat /proc/$$/comm\n' >"$FOLDER/own/named"
	printf '#!%s\n' "$FOLDER/asked" >"$FOLDER/own/asks"
	chmod 755 "$FOLDER/own/named" "$FOLDER/own/asks"
	each_user $'named\n./asks\n../asked' 4 sh -c './named; ./asks; ../asked; true'
}

@test "without an environment, and under another name" {
	each_user $'none\nname' 5 bash -c 'env -i sh -c "echo none; cat /dev/null"; (exec -a name sh -c "echo \$0")'
}

@test "by fork, vfork, posix_spawn, system and popen" {
	need python3
	python=$(python_path)
	# In two steps: setpriv itself may still have root's rights.
	user other sh -c "$python -c ''" 2>/dev/null || python=/usr/bin/python3
	user other sh -c "$python -c ''" || skip "no python3 for all users"
	each_user "$(printf '%s\n' a b c d e)" 7 "$python" -c '
import os, subprocess, sys
def say(text): sys.stdout.write(text); sys.stdout.flush()
say(subprocess.run(["echo", "a"], capture_output=True, text=True).stdout)
say(subprocess.run(["echo", "b"], capture_output=True, text=True, preexec_fn=lambda: None).stdout)
os.waitpid(os.posix_spawn("/bin/echo", ["echo", "c"], {}), 0)
os.system("echo d; cat /dev/null")
say(os.popen("/bin/echo e").read())'
}

@test "gcc and what it starts" {
	need gcc
	each_user 42 5 sh -c 'echo "int puts(const char *); int main(void) { return puts(\"42\") < 0; }" >t.c &&
		gcc -O1 -o t t.c && ./t; rm -f t t.c'
}

@test "static children, which find themselves" {
	[ -x "$FOLDER/static" ] || skip "no static libc"
	each_user "$FOLDER/static $FOLDER/static untold" 2 env -i "$FOLDER/static"
	each_user "$FOLDER/static $FOLDER/static told" 2 sh -c "$FOLDER/static; true"
}

@test "children of another libc, which the library would end" {
	need musl-gcc
	musl-gcc -O1 -o "$FOLDER/musl" -xc - <<<'#include <stdio.h>
		#include <stdlib.h>
		int main(void) { printf("%s\n", getenv("LD_PRELOAD") ? getenv("LD_PRELOAD") : "none"); }'
	each_user "" 2 sh -c "$FOLDER/musl; true"
	each_user "/nowhere.so:b" 2 sh -c "LD_PRELOAD=\$LD_PRELOAD:/nowhere.so:b $FOLDER/musl 2>/dev/null; true"
	each_user none 2 sh -c "unset LD_PRELOAD; $FOLDER/musl; true"
	each_user "$FOLDER/libvalimit.so" 2 sh -c 'env | sed -n s/LD_PRELOAD=//p'
}

@test "a program that executes itself" {
	[ -x "$FOLDER/static" ] || skip "no static libc"
	"${CC:-cc}" -O1 -static -o "$FOLDER/again" -xc - <<<'#include <stdio.h>
		#include <unistd.h>
		int main(int n, char **v) { return n == 1 ? puts("again") < 0 :
		execl("/proc/self/exe", "/proc/self/exe", (char *)0); }'
	each_user again 2 "$FOLDER/again" once
	# Without, the launcher must not take the words for its own.
	"${CC:-cc}" -O1 -static -o "$FOLDER/again" -xc - <<<'#include <unistd.h>
		int main(void) { return execl("/proc/self/exe", "again", "/bin/echo", "bad", (char *)0); }'
	[ "$(id -u)" -eq 0 ] || return 0
	run --separate-stderr user other "$FOLDER/vactl" run --window 32bit "$FOLDER/again"
	[ "$status" -eq 125 ] && [ -z "$output" ] || fail "$status $output"
	[[ $stderr == "vactl: run: "*"/proc/self/exe"*"--children"* ]] || fail "$stderr"
}

@test "every part of a child lies inside" {
	for who in $(users); do
		children "$who" sh -c "env -i $FOLDER/where; true" >"$BATS_TEST_TMPDIR/out"
		grep -q 'local 0x' "$BATS_TEST_TMPDIR/out"
		while read -r name address; do
			((address >= 65536 && address < 1 << 32)) || fail "$who: $name lies at $address"
		done <"$BATS_TEST_TMPDIR/out"
	done
}

@test "the user stays himself, and so do the files that he makes" {
	for who in $(users); do
		for what in 'id -u' 'id -g' 'id -G' 'touch f && stat -c %u:%g f && rm f' 'stat -c %U /etc/passwd | sed s/nobody/root/' 'pwd' \
			'ls /proc/self/fd' 'umask' 'ulimit -a' 'nice' 'echo $PPID | sed s/[0-9]*/x/'; do
			user "$who" sh -c "$what" >"$BATS_TEST_TMPDIR/plain"
			user "$who" "$FOLDER/vactl" run --children --window 32bit sh -c "$what" >"$BATS_TEST_TMPDIR/out"
			diff "$BATS_TEST_TMPDIR/plain" "$BATS_TEST_TMPDIR/out" || fail "$who: $what"
		done
	done
}

@test "exit status, signals and process are the program's own" {
	run user other "$FOLDER/vactl" run --children --window 32bit sh -c 'exit 42'
	[ "$status" -eq 42 ]
	run user other "$FOLDER/vactl" run --children --window 32bit sh -c 'kill -TERM $$'
	[ "$status" -eq 143 ]
	run user other sh -c "echo \$\$; exec $FOLDER/vactl run --children --window 32bit sh -c 'echo \$\$'"
	[ "${lines[0]}" = "${lines[1]}" ]
	run -127 user other "$FOLDER/vactl" run --children --window 32bit "$FOLDER/missing"
	[[ $output == "vactl: run: "* ]]
}

@test "a vactl run inside has the last word" {
	run user other "$FOLDER/vactl" run --children --window 32bit \
		"$FOLDER/vactl" run --window 0x100000000-0x200000000 -- "$FOLDER/where"
	[ "$status" -eq 0 ] || fail "$output"
	while read -r name address; do
		((address >= 1 << 32 && address < 1 << 33)) || fail "$name lies at $address"
	done <<<"$output"
}

@test "no other process sees anything of it" {
	before=$(ls /proc/sys/fs/binfmt_misc; grep -c . /proc/self/mountinfo)
	run user other "$FOLDER/vactl" run --children --window 32bit ls /proc/sys/fs/binfmt_misc
	[[ $output == *valimit* ]]
	[ "$(ls /proc/sys/fs/binfmt_misc; grep -c . /proc/self/mountinfo)" = "$before" ]
}

@test "a setuid child has its user's rights" {
	[ "$(id -u)" -eq 0 ] || skip "root makes setuid files"
	install -m 4755 "$(type -P id)" "$FOLDER/setuid"
	[ "$(user other "$FOLDER/setuid" -u)" = 0 ] || skip "no setuid files here"
	run user other "$FOLDER/vactl" run --children --window 32bit sh -c "$FOLDER/setuid -u; true"
	[ "$status" -eq 0 ] && [ "$output" = 12345 ] || fail "$output"
}

# --- where it cannot be -------------------------------------------------------

# refused WHY COMMAND...: 125, in one line, with the consequence; nothing has run.
refused() {
	local why=$1

	shift
	run --separate-stderr user other "$@" "$FOLDER/vactl" run --children --window 32bit touch started
	[ "$status" -eq 125 ] || fail "status $status: $output $stderr"
	[ "${#stderr_lines[@]}" -eq 1 ]
	[[ $stderr == "vactl: run: cannot keep children inside: "*"$why"*"; without --children "*"reach process"* ]] ||
		fail "$stderr"
	[ ! -e "$FOLDER/own/started" ]
}

@test "a limit on user namespaces is named" {
	refused user.max_user_namespaces unshare -Ur sh -c 'echo 0 >/proc/sys/user/max_user_namespaces && exec "$@"' -
}

@test "a limit on the length of files is named" {
	refused "ulimit -f" bash -c 'ulimit -f 4; exec "$@"' -
}

@test "a system that refuses says so" {
	need strace
	strace -qq -o /dev/null true || skip "may not trace"
	refused "forbidden here" strace -f -qq -o /dev/null -e trace=unshare -e inject=unshare:error=EPERM
	refused "too many user namespaces" strace -f -qq -o /dev/null -e trace=unshare -e inject=unshare:error=ENOSPC
	refused "has no user namespaces" strace -f -qq -o /dev/null -e trace=unshare -e inject=unshare:error=EINVAL
	refused "Linux 6.7" strace -f -qq -o /dev/null -e trace=mount -e inject=mount:error=EPERM
	refused "no binfmt_misc" strace -f -qq -o /dev/null -e trace=mount -e inject=mount:error=ENODEV
	refused "binfmt_misc loaded" strace -f -qq -o /dev/null -e trace=mount -e inject=mount:error=ENOENT
	refused vm.memfd_noexec strace -f -qq -o /dev/null -e trace=memfd_create -e inject=memfd_create:error=EACCES
}

@test "a launcher of another kind is refused" {
	cp "$(type -P true)" "$FOLDER/own/other"
	run --separate-stderr user root env VACTL_LAUNCHER="$FOLDER/own/other" \
		"$FOLDER/vactl" run --children --window 32bit true
	[ "$status" -eq 125 ]
	[[ $stderr == *"takes no settings"* ]]
}

@test "it is for the whole reach only" {
	for reach in calls process; do
		run --separate-stderr "$VACTL" run --children --reach $reach --window 32bit true
		[ "$status" -eq 125 ]
		[[ $stderr == *"--children needs --reach whole"* ]]
	done
}
