#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# Reach whole goes wherever the program goes: a preloaded program becomes whole by
# itself, and what it executes is whole too, with exec's own errors.

load exec.bash

# --- a preloaded program becomes whole ----------------------------------------

@test "45: every part of a preloaded program lies inside, in every window" {
	for window in $WINDOWS; do
		run -0 whole "$window" "$GUEST/where"
		lies_inside "$window" <<<"$output"
	done
}

@test "without VA_LIMIT_REACH the reach is process, and calls is without a fence" {
	reach_of() { env VA_LIMIT=32bit LD_PRELOAD="$VALIMIT_LIB" "$@" "$VACTL" ps --raw -n -o REACH,COMMAND |
		awk '/REACH,COMMAND/ { print $1 }'; }
	[ "$(reach_of env)" = process ]
	[ "$(reach_of env VA_LIMIT_REACH=process)" = process ]
	[ "$(reach_of env VA_LIMIT_REACH=)" = process ]
	[ "$(reach_of env VA_LIMIT_REACH=calls)" = calls ]
	[ "$(reach_of env VA_LIMIT_REACH=whole)" = whole ]
	[ "$(reach_of env VA_LIMIT_REACH=whole VA_LIMIT_FENCE=off)" = calls ]
}

@test "calls and a demanded fence exclude each other, with one line" {
	for fence in on sealed; do
		run --separate-stderr env VA_LIMIT=32bit VA_LIMIT_REACH=calls VA_LIMIT_FENCE=$fence \
			LD_PRELOAD="$VALIMIT_LIB" true
		[ "$status" -eq 125 ]
		[ "${#stderr_lines[@]}" -eq 1 ]
		[[ $stderr == "valimit: VA_LIMIT_REACH='calls' means no fence"* ]]
	done
	run --separate-stderr whole 32bit env VA_LIMIT_REACH=all true
	[ "$status" -eq 125 ]
	[[ $stderr == *"VA_LIMIT_REACH='all' is not one of process, calls, whole"* ]]
}

@test "process ID, words, name, file, descriptors, signals and status stay" {
	need python3
	cat >look.c <<-'END'
		#include <signal.h>
		#include <stdio.h>
		#include <string.h>
		#include <stdlib.h>
		#include <sys/auxv.h>
		#include <sys/prctl.h>
		#include <unistd.h>
		#include <fcntl.h>
		int main(int n, char **word) {
			char name[99] = "", link[999] = "";
			struct sigaction action;
			sigset_t set;
			prctl(PR_GET_NAME, name);
			if (readlink("/proc/self/exe", link, 998) < 0) return 1;
			printf("%d %s %s %s", getpid(), name, link, (char *)getauxval(AT_EXECFN));
			for (int i = 0; i < n; i++) printf(" <%s>", word[i]);
			for (int i = 0; i < 64; i++)
				if (fcntl(i, F_GETFD) >= 0) printf(" %d:%d", i, fcntl(i, F_GETFD));
			sigprocmask(SIG_BLOCK, 0, &set);
			for (int i = 1; i < 64; i++) {
				if (i == 32 || i == 33) continue;
				sigaction(i, 0, &action);
				printf("%c", "dihb"[(action.sa_handler == SIG_IGN) + 2 * sigismember(&set, i)]);
			}
			sigpending(&set);
			printf(" %d %s\n", sigismember(&set, SIGHUP), getenv("A"));
			return 42;
		}
	END
	gcc -o look look.c
	cat >start.py <<-'END'
		import os, signal, sys
		signal.signal(signal.SIGUSR1, signal.SIG_IGN)
		signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR2, signal.SIGHUP])
		os.kill(os.getpid(), signal.SIGHUP)
		os.dup2(0, 9, inheritable=True)
		os.write(2, b'%d' % os.getpid())
		env = dict(os.environ, A='1')
		if sys.argv[1]: env.update(VA_LIMIT='32bit', VA_LIMIT_REACH='whole', LD_PRELOAD=sys.argv[1])
		os.execve(sys.argv[2], ['zero', 'one two', ''], env)
	END
	printf '#!%s/look a b\n' "$tmp" >script
	chmod +x script
	for program in ./look ./script "$tmp/look"; do
		run -42 --separate-stderr "$(python_path)" start.py '' $program
		plain=${output/#$stderr/PID}
		run -42 --separate-stderr "$(python_path)" start.py "$VALIMIT_LIB" $program
		[ "${output/#$stderr/PID}" = "$plain" ] || fail "$plain" "$output" "$stderr"
	done
}

@test "the environment is the program's own, and has nothing more" {
	run -0 whole 32bit env
	here=$(grep -v '^_=' <<<"$output" | sort)
	run -0 env VA_LIMIT=32bit VA_LIMIT_REACH=whole LD_PRELOAD="$VALIMIT_LIB" env
	[ "$(grep -v '^_=' <<<"$output" | sort)" = "$here" ]
	[[ $here != *VALIMIT_TRIED* ]]
	run -0 whole 32bit cat /proc/self/environ
	[[ $(tr '\0' '\n' <<<"$output") != *VALIMIT_TRIED* ]]
}

@test "other libraries' constructors run once, inside" {
	need gcc
	gcc -shared -fPIC -o other.so -xc - <<<'#include <stdio.h>
	__attribute__((constructor)) static void start(void) { printf("start %p\n", (void *)start); }'
	run -0 env VA_LIMIT=32bit VA_LIMIT_REACH=whole LD_PRELOAD="$VALIMIT_LIB:$tmp/other.so" "$(type -P true)"
	[ "${#lines[@]}" -eq 1 ]
	lies_inside 32bit <<<"$output"
	run -0 env VA_LIMIT=32bit VA_LIMIT_REACH=whole LD_PRELOAD="$tmp/other.so:$VALIMIT_LIB" "$(type -P true)"
	[ "${#lines[@]}" -eq 1 ]
	lies_inside 32bit <<<"$output"
}

@test "45: a window of its own wins in a child, none is unconfined, and sealed stays sealed" {
	run -0 whole 32bit sh -c "VA_LIMIT=4G-8G $GUEST/where; true"
	lies_inside 4G-8G <<<"$output" 2>/dev/null || lies_inside 0x100000000-0x200000000 <<<"$output"
	run -0 whole 32bit sh -c "unset VA_LIMIT; $GUEST/where; true"
	refute lies_inside 32bit <<<"$output" 2>/dev/null
	run -0 whole 32bit sh -c "VA_LIMIT=none $GUEST/where; true"
	refute lies_inside 32bit <<<"$output" 2>/dev/null
	kernel_at_least 6.10
	run -0 env VA_LIMIT_FENCE=sealed VA_LIMIT=32bit VA_LIMIT_REACH=whole LD_PRELOAD="$VALIMIT_LIB" \
		sh -c "$VACTL ps --raw -n -o FENCE,COMMAND; true"
	[ "$(grep -c '^sealed' <<<"$output")" -eq 2 ]
}

@test "a program that executes itself by /proc/self/exe is executed, for every user" {
	need gcc
	launch_folder
	cp "$(realpath "$VALIMIT_LIB")" "$folder/libvalimit.so"
	gcc -o "$folder/again" -xc - <<-'END'
		#include <spawn.h>
		#include <stdio.h>
		#include <string.h>
		#include <sys/wait.h>
		#include <unistd.h>
		extern char **environ;
		int main(int n, char **word) {
			char *next[] = { "again", "two", 0 }, *last[] = { "again", "three", 0 };
			pid_t pid;
			int status;
			if (n == 1) return execve("/proc/self/exe", next, environ);
			if (strcmp(word[1], "two")) return puts(word[1]) < 0;
			return posix_spawn(&pid, "/proc/self/exe", 0, 0, last, environ) ||
				waitpid(pid, &status, 0) != pid || status;
		}
	END
	chmod 755 "$folder/again"
	for who in env nobody; do
		[ $who = env ] || [ "$(id -u)" -eq 0 ] || continue
		run -0 --separate-stderr $who env VACTL_LAUNCHER="$folder/launch" VA_LIMIT=32bit VA_LIMIT_REACH=whole \
			LD_PRELOAD="$folder/libvalimit.so" "$folder/again"
		[ "$output" = three ] && [ -z "$stderr" ] || fail "$who: $output $stderr"
	done
	rm -rf "$folder"
}

@test "a seed decides for children too, and trace and report go on in them" {
	places() { whole 32bit VA_LIMIT_SEED="$1" sh -c "$GUEST/where; true"; }
	[ "$(places 7)" = "$(places 7)" ]
	[ "$(places 7)" != "$(places 8)" ]
	run -0 whole 32bit VA_LIMIT_TRACE="$tmp/trace" VA_LIMIT_REPORT="$tmp/reports" \
		sh -c "$GUEST/where >out; true"
	grep -qE "^\+\+\+ .*, window 0x[0-9a-f]+-0x100000000, fenced \+\+\+$" trace
	grep -qE "^\[pid [0-9]+\] \+\+\+ $GUEST/where, window 0x[0-9a-f]+-0x100000000, fenced \+\+\+$" trace
	[ "$(grep -c '^valimit: report of process' reports)" -eq 2 ]
}

@test "what a whole program executes does not write of a fixed image outside, and the trace does" {
	need gcc
	gcc -no-pie -o fixed -xc - <<<'int main(void) { return 0; }'
	run -0 --separate-stderr whole 4G-8G VA_LIMIT_TRACE="$tmp/trace" "$(type -P bash)" -c './fixed; true'
	[ -z "$stderr" ] || fail "$stderr"
	grep -qF "+++ $tmp/fixed, window 0x100000000-0x200000000, fenced, image outside +++" trace || fail "$(cat trace)"
	run ! grep -F "$(realpath "$(type -P bash)"), window 0x100000000-0x200000000, fenced, image outside" trace
	# A user has started this one.
	run -0 --separate-stderr whole 4G-8G ./fixed
	[[ $stderr == "valimit: "*"fixed is linked to fixed addresses outside"*"is left open in the fence" ]] || fail "$stderr"
}

# --- where it cannot be -------------------------------------------------------

# goes_on TEXT COMMAND...: one line that has the text, and the program runs.
goes_on() {
	local text=$1

	shift
	run --separate-stderr "$@"
	[ "$status" -eq 0 ] || fail "status $status: $stderr"
	[ "$output" = runs ] || fail "$output"
	[ "${#stderr_lines[@]}" -eq 1 ] || fail "$stderr"
	[[ $stderr == "valimit: "*"$text"* ]] || fail "$stderr"
}

@test "where no launcher is: one line, and the program runs" {
	goes_on "start the launcher /no/such/launch: ENOENT" whole 32bit VACTL_LAUNCHER=/no/such/launch echo runs
}

@test "where exec is forbidden: one line, and the program runs" {
	need gcc
	cat >forbid.c <<-'END'
		#include <linux/filter.h>
		#include <linux/seccomp.h>
		#include <stddef.h>
		#include <stdlib.h>
		#include <sys/prctl.h>
		#include <sys/syscall.h>
		#include <unistd.h>
		/* Forbids each exec but the one with this environment: its own. */
		int main(int n, char **word) {
			struct sock_filter code[] = {
				BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
				BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_execve, 0, 3),
				BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[2])),
				BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 1, 0),
				BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | 1),
				BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
			};
			struct sock_fprog filter = { sizeof(code) / sizeof(*code), code };
			(void)n;
			putenv("VA_LIMIT=32bit");
			putenv("VA_LIMIT_REACH=whole");
			putenv(word[1]);
			code[3].k = (unsigned)(unsigned long)environ;
			prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
			if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter)) return 1;
			execve(word[2], word + 2, environ);
			return 2;
		}
	END
	gcc -D_GNU_SOURCE -o forbid forbid.c
	goes_on "start the launcher $LAUNCH: EPERM" ./forbid "LD_PRELOAD=$VALIMIT_LIB" "$(type -P echo)" runs
}

@test "where /proc is missing: one line, and the program runs" {
	[ "$(id -u)" -eq 0 ] || skip "needs root"
	need unshare
	unshare -m true 2>/dev/null || skip "no mount namespaces"
	run --separate-stderr unshare -m sh -c 'mount -t tmpfs none /proc && exec "$@"' - \
		env VA_LIMIT=32bit VA_LIMIT_REACH=whole LD_PRELOAD="$VALIMIT_LIB" "$(type -P echo)" runs
	[ "$status" -eq 0 ] && [ "$output" = runs ]
	[[ $stderr == *"cannot open /proc/self/exe: ENOENT"* ]]
}

@test "where the window has no room: one line, and the program runs" {
	need gcc
	gcc -o three -xc - <<<'#include <stdio.h>
	#include <unistd.h>
	int main(void) { return write(1, "runs", 4) != 4; }'
	goes_on "no room for" whole 0x200000000-0x200020000 ./three
	# By a path of its own name, and as a script, whose words the kernel has changed.
	printf '#!%s/three a\n' "$tmp" >script
	chmod +x script
	goes_on "no room for" whole 0x200000000-0x200020000 ./script b
}

@test "a limit on the address space: one line, and the program runs" {
	goes_on "RLIMIT_AS" bash -c 'ulimit -v 8000000; exec "$@"' - \
		env VA_LIMIT=32bit VA_LIMIT_REACH=whole LD_PRELOAD="$VALIMIT_LIB" echo runs
}

@test "a setuid program is started by the kernel, passive, and that is traced and reported" {
	[ "$(id -u)" -eq 0 ] || skip "root makes setuid files"
	launch_folder
	install -m 4755 "$(type -P id)" "$folder/setuid"
	cp "$(realpath "$VALIMIT_LIB")" "$folder/libvalimit.so"
	install -d -o 65534 "$folder/own"
	cd "$folder/own"
	run -0 nobody env VA_LIMIT=32bit VA_LIMIT_REACH=whole LD_PRELOAD="$folder/libvalimit.so" \
		VACTL_LAUNCHER="$folder/launch" VA_LIMIT_TRACE="$folder/own/trace" VA_LIMIT_REPORT="$folder/own/report" \
		sh -c "$folder/setuid -u; true"
	[ "$output" = 0 ] || skip "no setuid files here"
	grep -qF -- "--- without the launcher: $folder/setuid: it is setuid ---" trace
	grep -q '^executed without the launcher  *1$' report
	rm -rf "$folder"
}

@test "a file that may be executed and not be read is started by the kernel" {
	[ "$(id -u)" -eq 0 ] || skip "needs root"
	launch_folder
	install -m 711 "$(type -P echo)" "$folder/unread"
	cp "$(realpath "$VALIMIT_LIB")" "$folder/libvalimit.so"
	run -0 --separate-stderr nobody env VA_LIMIT=32bit VA_LIMIT_REACH=whole LD_PRELOAD="$folder/libvalimit.so" \
		VACTL_LAUNCHER="$folder/launch" VA_LIMIT_TRACE=stderr sh -c "$folder/unread runs; true"
	[ "$output" = runs ]
	[[ $stderr == *"--- without the launcher: $folder/unread: it is executable, but not readable ---"* ]]
	rm -rf "$folder"
}

@test "a program that limits its own system calls makes none for its exec that it does not make itself" {
	need gcc
	cat >limits.c <<-'END'
		#include <linux/filter.h>
		#include <linux/seccomp.h>
		#include <stddef.h>
		#include <string.h>
		#include <sys/prctl.h>
		#include <sys/syscall.h>
		#include <unistd.h>
		int main(int n, char **word) {
			struct sock_filter code[] = {
				BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
				BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_execveat, 0, 1),
				BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
				BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
			};
			struct sock_fprog filter = { sizeof(code) / sizeof(*code), code };
			(void)n;
			prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
			if (strcmp(word[1], "prctl") == 0 ? prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) :
							    (int)syscall(SYS_seccomp, 1, 0, &filter)) return 1;
			execv("/bin/echo", word + 1);
			return 2;
		}
	END
	gcc -o limits limits.c
	for how in prctl seccomp; do
		run -0 --separate-stderr whole 32bit ./limits $how runs
		[ "$output" = runs ] && [ -z "$stderr" ] || fail "$how: $output $stderr"
	done
}

# --- never a loop -------------------------------------------------------------

# Executions of a run, told by strace.
executions() {
	need strace
	timeout 20 strace -f -qq -e trace=execve,execveat -o execs "$@" >/dev/null 2>&1 || true
	grep -cE '(execve|execveat)\(.* = 0$' execs
}

@test "a launcher that only runs the program is called once" {
	printf '#include <unistd.h>\nint main(int n, char **w) { (void)n; execv("%s", w + 2); return 9; }' "$(type -P true)" |
		gcc -static -xc -o launch - || skip "no static libc"
	# env, the program, the launcher, the program.
	[ "$(executions env VACTL_LAUNCHER="$tmp/launch" VA_LIMIT=32bit VA_LIMIT_REACH=whole \
		LD_PRELOAD="$VALIMIT_LIB" "$(type -P true)")" -eq 4 ]
}

@test "a shell with a getenv and setenv of its own is launched once" {
	[ "$(executions env VA_LIMIT=32bit VA_LIMIT_REACH=whole LD_PRELOAD="$VALIMIT_LIB" bash -c :)" -eq 3 ]
}

@test "whatever the environment says, a process executes the launcher once" {
	for junk in VALIMIT_TRIED= VALIMIT_TRIED=1 VALIMIT_TRIED=junk VALIMIT_TRIED=99999999999999999999; do
		[ "$(executions env $junk VA_LIMIT=32bit VA_LIMIT_REACH=whole LD_PRELOAD="$VALIMIT_LIB" "$(type -P true)")" -eq 3 ] || fail "$junk"
	done
	[ "$(executions env VA_LIMIT=32bit VA_LIMIT=4G-8G VA_LIMIT_REACH=whole VA_LIMIT_REACH=process \
		LD_PRELOAD="$VALIMIT_LIB" "$(type -P true)")" -le 3 ]
}

@test "where the launcher always fails the program starts once more and no oftener" {
	[ "$(executions env VA_LIMIT=0x200000000-0x200008000 VA_LIMIT_REACH=whole LD_PRELOAD="$VALIMIT_LIB" \
		"$(type -P true)")" -eq 4 ]
}
