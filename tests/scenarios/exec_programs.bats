#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# Programs behind wrappers, and programs that start others: with nothing but the
# library and VA_LIMIT_REACH=whole every process lies wholly inside, by the
# kernel's list of it, in three windows, for root and for a user without rights;
# and what comes of it is what comes of it without the library.

load exec.bash
load ../matrix/islands

PROGRAM_WINDOWS='32bit 0x100000000-0x400000000000 0x7f0000000000-0x80000000'

setup_file() {
	# Where another user can come to, and write.
	export FOLDER=$(mktemp -d /tmp/valimit.XXXXXX)
	chmod 755 "$FOLDER"
	install "$VACTL" "$(dirname "$VACTL")/tools/launch/launch" "$GUEST/watchmaps" "$GUEST/execs" "$FOLDER" || true
	install -m 644 "$(realpath "$VALIMIT_LIB")" "$FOLDER/libvalimit.so"
	install -d -o 65534 -g 65534 "$FOLDER/own"
}

teardown_file() {
	rm -rf "$FOLDER"
}

setup() {
	[ -x "$LAUNCH" ] || skip "no launcher for this processor"
	unset VA_LIMIT VA_LIMIT_FENCE VA_LIMIT_REACH VACTL_LIBRARY VACTL_LAUNCHER LD_PRELOAD
	export LC_ALL=C PATH=/usr/bin:/bin GIT_CONFIG_NOSYSTEM=1
	islands=()
	cd "$FOLDER/own"
}

# The user: "root" is the one that runs the tests. Programs see a folder of their own.
as() {
	local who=$1

	shift
	if [ "$who" != root ]; then
		set -- setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
	fi
	(umask 0; HOME=$FOLDER/own timeout -k 5 120 "$@") 3>&-
}

users() {
	if [ "$(id -u)" -eq 0 ]; then echo root other; else echo root; fi
}

# Programs that are linked to fixed addresses, and may be started here.
fixed() {
	local name island

	for name; do
		island=$(fixed_image "$name")
		[ -z "$island" ] || islands+=(-i "$island")
	done
}

# inside LEAST PROGRAM...: at least so many processes were launched, and none was only started.
# The trace names those that called the launcher by themselves.
inside() {
	local least=$1 who window wanted got counts code

	shift
	for who in $(users); do
		wanted=$(as "$who" "$@" 2>"$FOLDER/plain_err") || fail "without the library: status $?: $(cat "$FOLDER/plain_err")"
		for window in $PROGRAM_WINDOWS; do
			rm -f "$FOLDER/own/report"
			code=0
			got=$(as "$who" "$FOLDER/watchmaps" "${islands[@]}" "$(bounds $window)" "$FOLDER/own/report" \
				env VA_LIMIT=$window VA_LIMIT_REACH=whole LD_PRELOAD="$FOLDER/libvalimit.so" \
				VACTL_LAUNCHER="$FOLDER/launch" "$@" 2>"$FOLDER/err") || code=$?
			counts=$(tr '\n' ' ' <"$FOLDER/own/report")
			echo "$who $window: $counts"
			[ $code -ne 77 ] || skip "may not trace"
			[ $code -eq 0 ] || fail "$who $window: status $code: $(cat "$FOLDER/err")"
			[ "$got" = "$wanted" ] || fail "$who $window: '$got', not '$wanted': $(cat "$FOLDER/err")"
			[[ $counts == *"astray 0 "* ]] || fail "$who $window: $counts"
			[[ $counts =~ launched\ ([0-9]+) ]]
			[ "${BASH_REMATCH[1]}" -ge "$least" ] || fail "$who $window: $counts"
			run ! grep -vE '^valimit: .* is left open in the fence$' "$FOLDER/err"
		done
	done
}

python() {
	need /usr/bin/python3
	fixed /usr/bin/python3
}

# --- wrappers -----------------------------------------------------------------

@test "a version manager's wrapper script" {
	python
	cat >wrapper <<-'END'
		#!/usr/bin/env bash
		set -e
		program=${0##*/}
		for word; do case $word in --) break ;; esac; done
		export WRAPPED=$program
		exec "$(command -v env)" "X=$program" /usr/bin/python3 "$@"
	END
	chmod 755 wrapper
	inside 4 ./wrapper -c 'import os, sys; print(os.environ["WRAPPED"], os.environ["X"], sys.argv[1:])' a 'b c'
}

@test "sh -c, env, nohup, setsid, timeout, nice and stdbuf, one behind the other" {
	inside 9 sh -c 'exec env A=1 nohup setsid -w timeout 30 nice -n 1 stdbuf -oL sh -c "echo \$A; cat /proc/self/comm"'
}

@test "stdbuf, fakeroot and faketime, which preload libraries of their own" {
	inside 3 stdbuf -o0 sh -c 'echo one; head -c 3 /dev/null; true'
	if command -v fakeroot >/dev/null; then
		inside 5 fakeroot sh -c 'id -u; touch made; chown 5 made; stat -c %u made; rm made'
	else
		echo "# fakeroot is not installed" >&3
	fi
	if command -v faketime >/dev/null; then
		inside 2 faketime '2001-02-03 04:05:06' date -u +%Y
	else
		echo "# faketime is not installed" >&3
	fi
}

# --- programs that start others -----------------------------------------------

@test "make with gcc" {
	need make
	unset MAKEFLAGS MFLAGS MAKELEVEL
	need gcc
	fixed gcc "$(gcc -print-prog-name=cc1)" "$(gcc -print-prog-name=collect2)" "$(gcc -print-prog-name=as)" \
		"$(gcc -print-prog-name=ld)"
	printf 'int two(void);\nint main(void) { return two() - 2; }\n' >one.c
	printf 'int two(void);\nint two(void) { return 2; }\n' >two.c
	printf 'all: program\n\t@./program && echo made\nprogram: one.o two.o\n\t@gcc -o $@ $^\n%%.o: %%.c\n\t@gcc -O1 -c -o $@ $<\nclean:\n\t@rm -f program *.o\n' >Makefile
	chmod 777 . && chmod 666 one.c two.c Makefile
	inside 15 sh -c 'make -s -j2 clean && make -s -j2'
	rm -f program *.o
}

@test "ccache" {
	need ccache
	need gcc
	fixed gcc "$(gcc -print-prog-name=cc1)" "$(gcc -print-prog-name=as)"
	echo 'int x;' >x.c
	inside 2 env CCACHE_DIR="$FOLDER/own/ccache" ccache gcc -c -o x.o x.c
}

@test "git with its helpers" {
	need git
	rm -rf a
	as other git init -q a 2>/dev/null || as root git init -q a
	inside 4 sh -c 'rm -rf b c; git init -q c && cd c && echo 1 >f && git add f &&
		git -c user.email=test@example.org -c user.name=test commit -q -m 1 && cd .. &&
		git clone -q --no-local c b && git -C b gc -q && git -C b log --oneline | wc -l; rm -rf b c'
}

@test "node and its child processes, and npm" {
	need node
	fixed node
	cat >start.js <<-'END'
		const { execFileSync, execSync, spawnSync } = require('child_process');
		process.stdout.write(execFileSync('echo', ['one']));
		process.stdout.write(execSync('echo two | cat'));
		console.log(spawnSync(process.execPath, ['-p', '1 + 2']).stdout.toString().trim());
	END
	inside 5 node start.js
	if command -v npm >/dev/null; then
		echo '{ "scripts": { "say": "echo said; node -p 40+2" } }' >package.json
		inside 4 npm --silent --no-update-notifier --cache "$FOLDER/own/npm" run say
	else
		echo "# npm is not installed" >&3
	fi
}

@test "python's subprocess, os.system, popen, posix_spawn and every start of multiprocessing" {
	python
	cat >start.py <<-'END'
		import multiprocessing, os, subprocess, sys
		def work(n): return n * n
		if __name__ == '__main__':
		    for shell in (False, True):
		        print(subprocess.run("echo child" if shell else ["echo", "child"], shell=shell,
		                             capture_output=True, text=True).stdout.strip(), flush=True)
		    os.system("echo system; cat /dev/null")
		    print(os.popen("echo popen").read().strip(), flush=True)
		    os.waitpid(os.posix_spawn("/bin/echo", ["echo", "spawn"], os.environ), 0)
		    os.waitpid(os.posix_spawnp("echo", ["echo", "spawnp"], os.environ), 0)
		    for way in ("fork", "spawn", "forkserver"):
		        with multiprocessing.get_context(way).Pool(2) as pool:
		            print(way, pool.map(work, range(4)), flush=True)
	END
	inside 10 /usr/bin/python3 start.py
}

@test "perl's system, exec and pipes" {
	need perl
	inside 6 perl -e '$| = 1; system("echo one; true"); system("echo", "two"); print `echo three`;
		open(my $f, "-|", "echo", "four"); print <$f>; exec("echo", "five")'
}

@test "every function that executes is seen: none is started twice" {
	local way

	for way in execve execv execvp execvpe execl execlp execle execveat syscall vfork handler posix_spawn posix_spawnp; do
		inside 2 sh -c "exec $FOLDER/execs $way /bin/echo seen" >out
		run ! grep -v 'again [01] $' out
	done
	# The first one of a run has called the launcher by itself.
	run ! grep -v 'again 0 $' out
}

# libc's own: the library does not see their exec.
@test "what system, popen and fexecve start calls the launcher by itself" {
	need gcc
	gcc -o ways -xc - <<-'END'
		#define _GNU_SOURCE
		#include <fcntl.h>
		#include <stdio.h>
		#include <stdlib.h>
		#include <unistd.h>
		extern char **environ;
		int main(void) {
			char line[99], *word[] = { "echo", "fexecve", 0 };
			FILE *pipe = popen("echo popen; /bin/true", "r");
			if (!pipe || !fgets(line, 99, pipe) || pclose(pipe) || fputs(line, stdout) < 0) return 1;
			if (fflush(stdout) || system("echo system; exit 7") != 7 << 8) return 2;
			return fexecve(open("/bin/echo", O_RDONLY | O_CLOEXEC), word, environ);
		}
	END
	inside 4 ./ways >out
	# popen's and system's shells, and what fexecve executes; and the program itself if it was run plainly.
	run ! grep -v 'again [34] $' out
}

@test "a storm of parallel children that start children" {
	inside 40 sh -c 'seq 20 | xargs -P 10 -I@ sh -c "sh -c \"echo @; true\"; true" | sort -n | tail -n 2'
}

@test "a static program's children call the launcher by themselves" {
	need gcc
	gcc -static -o static -xc - <<<'#include <spawn.h>
	#include <sys/wait.h>
	extern char **environ;
	int main(void) { char *word[] = { "echo", "child", 0 }; pid_t pid;
		return posix_spawn(&pid, "/bin/echo", 0, 0, word, environ) || wait(0) != pid; }' || skip "no static libc"
	fixed ./static
	inside 3 sh -c './static; true'
	if command -v go >/dev/null; then
		printf 'package main\nimport ("fmt"; "os/exec")\nfunc main() { out, err := exec.Command("echo", "go").Output(); fmt.Print(string(out), err) }' >go.go
		GOCACHE=$PWD/cache CGO_ENABLED=0 go build -o static go.go
		fixed ./static
		inside 3 sh -c './static; true'
	else
		echo "# go is not installed" >&3
	fi
}

@test "java's ProcessBuilder" {
	need java
	need javac
	cat >Start.java <<-'END'
		class Start {
			public static void main(String[] a) throws Exception {
				Process p = new ProcessBuilder("sh", "-c", "echo from java").redirectErrorStream(true).start();
				System.out.print(new String(p.getInputStream().readAllBytes()) + p.waitFor() + "\n");
			}
		}
	END
	javac Start.java
	inside 3 java -Xmx256m -cp . Start
}

@test "find -exec, xargs -P and a storm of children" {
	inside 30 sh -c 'find /etc/passwd /etc/group -exec basename {} \; ; seq 40 | xargs -P 8 -n 1 echo | sort -n | tail -n 1
		for i in 1 2 3 4 5 6 7 8 9 10 11 12; do (true; sleep 0.01; exec true) & done; wait; echo done'
}
