#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# VA_LIMIT_TRACE: one line an event.

load helpers

bats_require_minimum_version 1.7.0

setup() {
	cd "$BATS_TEST_TMPDIR"
	trace=$BATS_TEST_TMPDIR/trace
}

# The lines of the calls of the program itself, without the first line.
calls_traced() {
	grep -vE '^(\+\+\+|---)' "$trace"
}

# A pattern that a whole line matches.
traced() {
	grep -qxE -- "$1" "$trace" || fail "no line: $1" "$(cat "$trace")"
}

# ways: runs a guest without a fence, under one with the library placing, and
# under one where the kernel places, each with a trace of its own.
every_way() {
	for way in off on+place on; do
		rm -f "$trace"
		[ $way = on+place ] && set -- VA_LIMIT_ALIGN=64K "$@"
		with "${way%+*}" $WINDOW VA_LIMIT_TRACE="$trace" "$@" || return
		[ $way = on+place ] && shift
		check_traced || fail "with $way" || return
	done
}

@test "a call is a line as strace prints it, with who called" {
	check_traced() {
		traced 'mmap\(NULL, 256K, PROT_READ\|PROT_WRITE, MAP_PRIVATE\|MAP_ANONYMOUS, -1, 0\) = 0x2[0-9a-f]{8} guest calls\+0x[0-9a-f]+'
		traced 'mremap\(0x2[0-9a-f]{8}, 256K, 1M, MREMAP_MAYMOVE\) = 0x2[0-9a-f]{8} guest calls\+0x[0-9a-f]+'
		traced 'munmap\(0x2[0-9a-f]{8}, 1M\) = 0 calls\+0x[0-9a-f]+'
		traced 'shmat\([0-9]+, NULL, SHM_RDONLY\) = 0x2[0-9a-f]{8} guest calls\+0x[0-9a-f]+'
		traced 'shmdt\(0x2[0-9a-f]{8}\) = 0 calls\+0x[0-9a-f]+'
		traced 'munmap\(0x[0-9a-f]+, 0\) = -1 EINVAL \(Invalid argument\) calls\+0x[0-9a-f]+'
		[ "$(calls_traced | wc -l)" -eq 6 ]
	}
	every_way calls 'a=mmap 0 256K -> inside' 'a=mremap a 256K 1M maymove -> inside' \
		'munmap a 1M -> 0' 'i=shmget 64K' 's=shmat i 0 rdonly -> inside' 'shmdt s -> 0' \
		'munmap lower 0 -> EINVAL'
}

@test "the address that a line tells is the one that the caller got" {
	for fence in on off; do
		rm -f "$trace"
		with $fence $WINDOW VA_LIMIT_TRACE="$trace" calls 'mmap 0 128K -> inside' >out
		told=$(sed -n 's/^mmap(NULL, 128K.* = \(0x[0-9a-f]*\) guest.*/\1/p' "$trace")
		[ -n "$told" ]
		[ "$told" = "$(awk '$1 == "mmap" { print $2 }' out)" ]
	done
}

@test "mmap64 and the function syscall() are traced as the call, the instruction is not" {
	with on $WINDOW VA_LIMIT_TRACE="$trace" calls '64.mmap 0 4K' 'sys.mmap 0 8K' 'raw.mmap 0 12K'
	traced 'mmap\(NULL, 4K, .*'
	traced 'mmap\(NULL, 8K, .*'
	refute traced 'mmap\(NULL, 12K, .*' 2>/dev/null
}

@test "ranges, limits and scopes are traced" {
	with on $WINDOW VA_LIMIT_TRACE="$trace" example
	traced 'prctl\(PR_SET_VA_LIMITS, \{0x0, 0x100000000\}\) = 0 example\+0x[0-9a-f]+'
	traced 'prctl\(PR_GET_VA_LIMITS, \{0x[0-9a-f]+, 0x100000000\}\) = 0 example\+0x[0-9a-f]+'
	traced 'valimit_host_enter\(\) = 0 example\+0x[0-9a-f]+'
	traced 'valimit_host_leave\(\) = 0 example\+0x[0-9a-f]+'
	traced 'mmap\(NULL, 1M, .*\) = 0x[0-9a-f]+ host example\+0x[0-9a-f]+'
	traced 'mmap_range\(0xfc000000, 0x100000000, 1M, .*\) = 0xf[c-f][0-9a-f]+ guest example\+0x[0-9a-f]+'
}

@test "the first line names the program, its window and whether there is a fence" {
	with on $WINDOW VA_LIMIT_TRACE="$trace" calls 'vmas'
	[ "$(head -n 1 "$trace")" = "+++ $(realpath "$GUEST/calls"), window $WINDOW, fenced +++" ]
	rm "$trace"
	with off $WINDOW VA_LIMIT_TRACE="$trace" calls 'vmas'
	[ "$(head -n 1 "$trace")" = "+++ $(realpath "$GUEST/calls"), window $WINDOW, no fence +++" ]
}

@test "what is in the way, outside the window, past the fence or too large is told" {
	with off $WINDOW VA_LIMIT_TRACE="$trace" VA_LIMIT_BASE=0x230000000 calls \
		'raw.mmap lower+767M 1M rw noreplace -> lower+767M' 'mmap 0 64K -> inside'
	traced '--- in the way: 0x22ff00000-0x230000000 ---'
	rm "$trace"
	with off $SMALL VA_LIMIT_TRACE="$trace" calls 'mmap lower+16M page' 'mmap 0 60M -> ENOMEM'
	traced '--- no room for 60M, largest gap 49148K ---'
	traced 'mmap\(NULL, 60M, .*\) = -1 ENOMEM \(Cannot allocate memory\) guest calls\+.*'
	rm "$trace"
	with on $SMALL VA_LIMIT_TRACE="$trace" calls 'mmap 0 64M' 'mmap 0 1G -> ENOMEM'
	traced '--- no room for 1G ---'
	rm "$trace"
	with on $WINDOW VA_LIMIT_TRACE="$trace" calls 'mmap 0x500000000 64K rw fixed -> 0x500000000' \
		'raw.mmap 0x600000000 64K rw fixed -> 0x600000000' \
		'mmap 0x600000000 64K rw noreplace -> EEXIST' 'mmap 0 2G -> ENOMEM'
	traced '--- outside the window: 0x500000000-0x500010000 ---'
}

@test "with page: the layout follows each change, as QEMU prints it" {
	with off $WINDOW VA_LIMIT_TRACE="page:$trace" calls 'mmap lower+1M 64K r -> lower+1M' \
		'mmap lower+1M+64K 64K rw shared -> lower+1M+64K' 'munmap lower+1M 64K -> 0' \
		'mmap lower 0 -> EINVAL'
	diff - <(grep -v '^[m+]' "$trace") <<-END
		page layout changed following mmap
		start            end              size             prot
		0000000200100000-0000000200110000 0000000000010000 r--
		page layout changed following mmap
		start            end              size             prot
		0000000200100000-0000000200110000 0000000000010000 r--
		0000000200110000-0000000200120000 0000000000010000 rw-
		page layout changed following munmap
		start            end              size             prot
		0000000200110000-0000000200120000 0000000000010000 rw-
	END
}

@test "page alone goes to stderr, as stderr does" {
	with off $WINDOW VA_LIMIT_TRACE=page calls 'mmap lower 64K -> lower' 2>"$trace"
	traced 'page layout changed following mmap'
	with off $WINDOW VA_LIMIT_TRACE=stderr calls 'mmap lower 64K -> lower' 2>"$trace"
	traced 'mmap\(0x200000000, 64K, .*'
	refute traced 'page layout.*' 2>/dev/null
	[ ! -e page ]
	[ ! -e stderr ]
}

# Every line is one of the few that there can be, and none is lost.
check_lines() {
	read -r rounds handled <out
	awk -v rounds="$rounds" -v handled="$handled" '
		{ sub(/^\[pid [0-9]+\] /, "") }
		/^mmap\(NULL, ([0-9]+K|3M), PROT_READ, MAP_PRIVATE\|MAP_ANONYMOUS\|MAP_NORESERVE, -1, 0\) = 0x[0-9a-f]+ guest lines\+0x[0-9a-f]+$/ {
			maps++
			if ($2 == "3M,") inner++
			next
		}
		/^munmap\(0x[0-9a-f]+, ([0-9]+K|3M)\) = 0 lines\+0x[0-9a-f]+$/ { unmaps++; next }
		/^\+\+\+ .* \+\+\+$/ || /^--- in the way: 0x[0-9a-f]+-0x[0-9a-f]+ ---$/ { next }
		{ print "torn: " $0; bad = 1 }
		END {
			print maps, unmaps, inner, "for", rounds, handled
			exit bad || maps != rounds + handled || unmaps != maps || inner != handled || !handled
		}' "$trace"
}

@test "a hundred thousand lines of threads and handlers: every one whole, none lost" {
	for fence in on off; do
		rm -f "$trace"
		with $fence $WINDOW VA_LIMIT_TRACE="$trace" lines 8 6250 >out
		check_lines
	done
}

@test "lines of other threads say whose they are" {
	with on $WINDOW VA_LIMIT_TRACE="$trace" lines 2 1 >out
	[ "$(grep -cE '^\[pid [0-9]+\] mmap\(NULL, [48]K' "$trace")" -eq 2 ]
}

@test "a forked child has a file of its own with %p, and else shares" {
	need python3
	program='import mmap, os, sys
kept = mmap.mmap(-1, 65536)
child = os.fork()
if child == 0:
    mmap.mmap(-1, 131072)
    os._exit(0)
os.waitpid(child, 0)
print(os.getpid(), child)'
	with on $WINDOW VA_LIMIT_TRACE="trace.%p" "$(python_path)" -c "$program" >out
	read -r parent child <out
	grep -q 'mmap(NULL, 64K, .*MAP_SHARED' "trace.$parent"
	refute grep -q 'mmap(NULL, 128K' "trace.$parent"
	grep -q '^mmap(NULL, 128K, .*MAP_SHARED' "trace.$child"
	[ "$(ls trace.* | wc -l)" -eq 2 ]

	with on $WINDOW VA_LIMIT_TRACE=both "$(python_path)" -c "$program" >out
	read -r parent child <out
	grep -q "^mmap(NULL, 64K" both
	grep -q "^\[pid $child\] mmap(NULL, 128K" both
}

@test "a vfork child's calls are its own" {
	with on $WINDOW VA_LIMIT_TRACE=both ends vfork >out || [ $? -eq 2 ]
	child=$(cat out)
	grep -qE "^\[pid $child\] mmap\(NULL, 128K, .* guest ends\+" both
	with on $WINDOW VA_LIMIT_TRACE=one.%p ends vfork >out || [ $? -eq 2 ]
	child=$(cat out)
	grep -qE '^mmap\(NULL, 128K, .* guest ends\+' "one.$child"
}

@test "a call before any constructor is traced, after the line that begins" {
	need cc
	cat >early.c <<-'END'
		#include <stddef.h>
		#include <sys/mman.h>
		static void early(int argc, char **argv, char **envp)
		{
			(void)argc, (void)argv, (void)envp;
			mmap(NULL, 64 << 10, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		}
		__attribute__((section(".preinit_array"), used))
		static void (*const first)(int, char **, char **) = early;
		int main(void)
		{
			mmap(NULL, 128 << 10, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
			return 0;
		}
	END
	cc -D_GNU_SOURCE -o early early.c
	with on $WINDOW VA_LIMIT_TRACE="$trace" "$PWD/early"
	[[ $(head -n 1 "$trace") == "+++ $PWD/early, "* ]]
	[ "$(awk 'NR > 1 { print $2 }' "$trace" | tr -d '\n')" = 64K,128K, ]
	traced 'mmap\(NULL, 64K, .* = 0x2[0-9a-f]{8} guest early\+0x[0-9a-f]+'
}

@test "a program that runs another: both append" {
	with on $WINDOW VA_LIMIT_TRACE="$trace" sh -c '"$1" "mmap 0 64K" && exec "$1" "mmap 0 128K"' - "$GUEST/calls"
	traced '\[pid [0-9]+\] \+\+\+ .*/calls, .*'
	traced '\[pid [0-9]+\] mmap\(NULL, 64K, .*'
	traced '\[pid [0-9]+\] mmap\(NULL, 128K, .*'
}

@test "the file stays the same when the program changes its directory" {
	need python3
	mkdir elsewhere
	with on $WINDOW VA_LIMIT_TRACE=trace "$(python_path)" -c 'import mmap, os
os.chdir("elsewhere")
mmap.mmap(-1, 65536)'
	traced 'mmap\(NULL, 64K, .*MAP_SHARED.*'
	[ -z "$(ls elsewhere)" ]
}

@test "a file that cannot be written ends the program before it starts" {
	mkdir folder
	ln -s loop loop
	mkfifo pipe
	while read -r name error; do
		run with on $WINDOW VA_LIMIT_TRACE="$name" calls 'vmas'
		[ "$status" -eq 125 ]
		[[ $output == "valimit: VA_LIMIT_TRACE: cannot write to $name: $error"*"; name a file that can be written, or unset it" ]]
	done <<-END
		missing/trace ENOENT (No such file or directory)
		folder EISDIR (Is a directory)
		loop ELOOP (Too many levels of symbolic links)
		pipe ENXIO (No such device or address)
	END
	run with on $WINDOW VA_LIMIT_TRACE="$(printf 'a%.0s' {1..1200})" calls 'vmas'
	[ "$status" -eq 125 ]
	[[ $output == "valimit: VA_LIMIT_TRACE: cannot write to aa"*"aa...: ENAMETOOLONG (File name too long); name "* ]]
	run with on $WINDOW VA_LIMIT_TRACE=stderr sh -c 'exec "$GUEST/calls" vmas 2>&-'
	[ "$status" -eq 125 ]
}

@test "a name below a folder that is gone ends the program too" {
	mkdir gone
	cd gone
	rmdir ../gone
	run with on $WINDOW VA_LIMIT_TRACE=trace "$(realpath "$GUEST/calls")" vmas
	[ "$status" -eq 125 ]
	[[ $output == "valimit: VA_LIMIT_TRACE: cannot write to trace: ENOENT"* ]] || fail "$output"
}

@test "a write that is interrupted is made again" {
	need strace
	local -a TRACER=(strace -f -qq -o /dev/null -e trace=write -P "$trace"
		-e inject=write:error=EINTR:when=1+2)
	: >"$trace"
	with on $WINDOW VA_LIMIT_TRACE="$trace" calls 'mmap 0 64K' 'mmap 0 128K'
	traced '(\[pid [0-9]+\] )?mmap\(NULL, 64K, .*'
	traced '(\[pid [0-9]+\] )?mmap\(NULL, 128K, .*'
}

@test "what fails is traced with its error, scopes too" {
	with on $WINDOW VA_LIMIT_TRACE="$trace" api_scope leaving_once_too_often_is_einval
	traced 'valimit_host_leave\(\) = -1 EINVAL \(Invalid argument\) api_scope\+0x[0-9a-f]+'
}

@test "a file is made for its owner only" {
	with on $WINDOW VA_LIMIT_TRACE="$trace" calls 'vmas'
	[ "$(stat -c %a "$trace")" = 600 ]
}

@test "no descriptor is open, and one who closes them all loses no line" {
	need python3
	with on $WINDOW VA_LIMIT_TRACE="$trace" "$(python_path)" -c 'import mmap, os
mmap.mmap(-1, 65536)
for name in os.listdir("/proc/self/fd"):
    try: assert "trace" not in os.readlink("/proc/self/fd/" + name)
    except FileNotFoundError: pass
os.closerange(0, 1024)
for i in range(8):
    assert os.open("own%d" % i, os.O_RDWR | os.O_CREAT) == i
mmap.mmap(-1, 131072)'
	traced 'mmap\(NULL, 128K, .*MAP_SHARED.*'
	[ -e own7 ]
	[ -z "$(cat own?)" ]
}

@test "a program that puts its own file in the place of stderr finds no trace in it" {
	need python3
	with on $WINDOW VA_LIMIT_TRACE=stderr "$(python_path)" -c 'import mmap, os
mmap.mmap(-1, 65536)
os.close(2)
assert os.open("own", os.O_RDWR | os.O_CREAT) == 2
mmap.mmap(-1, 131072)' 2>"$trace"
	traced 'mmap\(NULL, 64K, .*MAP_SHARED.*'
	traced 'mmap\(NULL, 128K, .*MAP_SHARED.*'
	[ -e own ]
	[ ! -s own ]
}

@test "a limit on the size of files kills no process, and what is lost is counted" {
	need python3
	with on $WINDOW VA_LIMIT_TRACE="$trace" "$(python_path)" -c 'import mmap, os, resource, signal
signal.signal(signal.SIGPIPE, signal.SIG_DFL)
signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
path = os.environ["VA_LIMIT_TRACE"]
size = os.stat(path).st_size
resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
a = [mmap.mmap(-1, 65536) for i in range(3)]
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
mmap.mmap(-1, 131072)
assert not signal.sigpending()'
	traced '--- lines lost: [3-9] ---'
	traced 'mmap\(NULL, 128K, .*MAP_SHARED.*'
}

@test "a pipe without a reader, on stderr, kills no process" {
	need python3
	run -0 python3 - "$GUEST/calls" <<-'EOF'
		import os, subprocess, sys
		reader, writer = os.pipe()
		os.close(reader)
		env = dict(os.environ, VA_LIMIT="32bit", VA_LIMIT_TRACE="page", LD_PRELOAD=os.environ["VALIMIT_LIB"])
		# The fence's trace fails at the very first line already.
		done = subprocess.run([sys.argv[1], "mmap 0 64K -> ok", "munmap 0 0 -> EINVAL"], env=env,
		                      stderr=writer, restore_signals=True)
		assert done.returncode == 0, done
	EOF
}

@test "vactl run --trace makes the file where it was called" {
	mkdir elsewhere
	"$VACTL" run --window $WINDOW --trace trace -- sh -c "cd elsewhere && exec '$GUEST/calls' 'mmap 0 64K'"
	grep -q 'mmap(NULL, 64K' trace
	[ -z "$(ls elsewhere)" ]
}

@test "the manual's examples of a trace and a report run" {
	need python3
	local python line

	python=$(python_path)
	sed -n '/^\.Sh THE TRACE/,/^\.Sh PROBES/s/^\.Dl \$ vactl //p' "$SRCDIR/man/valimit.7" |
		sed 's/\\-/-/g' >lines
	[ "$(wc -l <lines)" -eq 3 ]
	while read -r line; do
		eval "\"$VACTL\" ${line/python3/$python}" >>out 2>&1
	done <lines
	grep -q '^mmap(NULL, .* guest libpython\|^mmap(NULL, .* guest python' trace.* out
	grep -qx 'page layout changed following m[a-z]*' out
	grep -qE '^valimit: report of process [0-9]+, .*, at exit$' out
}

@test "without limits calls are traced too" {
	env VA_LIMIT_TRACE="$trace" LD_PRELOAD="$VALIMIT_LIB" "$GUEST/calls" 'mmap 0 64K'
	traced '\+\+\+ .*/calls, no window \+\+\+'
	traced 'mmap\(NULL, 64K, .*\) = 0x[0-9a-f]+ calls\+0x[0-9a-f]+'
}
