#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# The errors of exec(2)'s manual page, one after the other: in a process with reach
# whole each function has the error that it has without the library.
#
# tests/CONTRACT.md has them as a table, with what is not here and why.

load exec.bash

WAYS='execve execv execvp execvpe execl execlp execle execveat syscall vfork handler posix_spawn posix_spawnp'

# same CASE WAY PATH [WORD]...: the result is equal without the library and in a process with reach
# whole, and is that of exec(2)'s manual page.
same() {
	local wanted=$1 plain whole

	shift
	plain=$("$GUEST/execs" "$@" 2>&1) && plain+=" 0" || plain+=" $?"
	whole=$(whole 32bit "$GUEST/execs" "$@" 2>&1) && whole+=" 0" || whole+=" $?"
	[ "$plain" = "$whole" ] || fail "$*: plain '$plain', whole '$whole'" || return
	[[ $plain == $wanted ]] || fail "$*: '$plain' is not '$wanted'" || return
}

# Compares the outcomes of every way.
every() {
	local wanted=$1 way

	shift
	for way in $WAYS; do
		same "$wanted" $way "$@" || return
	done
}

@test "what can be executed is" {
	printf '#!/bin/sh\necho "$0 $1"\n' >script
	chmod +x script
	every "a 0" /bin/echo a
	every "./script a 0" ./script a
	every "1 0" /bin/sh -c 'exit 0; echo 1' 2>/dev/null || every " 0" /bin/true a
}

@test "45: ENOENT: no file, no interpreter of a script, no dynamic linker" {
	need python3
	printf '#!/no/such/interpreter\n' >script
	cp "$(realpath "$(type -P true)")" linker
	python3 - linker <<-'END'
		import re, sys
		data = open(sys.argv[1], 'rb').read()
		data = re.sub(rb'/lib(64)?/ld-linux', lambda m: m[0].replace(b'linux', b'linuX'), data, count=1)
		open(sys.argv[1], 'wb').write(data)
	END
	ln -s nothing link
	chmod +x script linker
	every "ENOENT 99" ./missing a
	every "ENOENT 99" ./link a
	every "ENOENT 99" "" a
	every "ENOENT 99" ./script a
	every "ENOENT 99" ./linker a
}

@test "45: EACCES: no right, a folder, no right to a folder, an interpreter that is none" {
	echo text >file
	printf '#!%s/file\n' "$tmp" >script
	printf '#!/etc\n' >folder_script
	chmod +x script folder_script
	every "EACCES 99" ./file a
	every "EACCES 99" /etc a
	every "EACCES 99" ./script a
	every "EACCES 99" ./folder_script a
	if [ "$(id -u)" -eq 0 ] && unshare -m true 2>/dev/null; then
		mkdir mounted
		unshare -m sh -c "mount -t tmpfs -o noexec none mounted && cp /bin/true mounted &&
			cd mounted && $GUEST/execs execve ./true a 2>&1;
			VA_LIMIT=32bit VA_LIMIT_REACH=whole LD_PRELOAD=$VALIMIT_LIB $GUEST/execs execve ./true a 2>&1" >said || true
		[ "$(cat said)" = $'EACCES\nEACCES' ]
	fi
}

@test "45: ELIBBAD and EACCES: a dynamic linker that is text, and one that is a folder" {
	need python3
	cp "$(realpath "$(type -P true)")" program
	chmod +x program
	python3 - program >linker <<-'END'
		import os, re, sys
		data = open(sys.argv[1], 'rb').read()
		old = re.search(rb'/lib(64)?/ld-linux[^\0]*', data)[0]
		new = b'/tmp/v%d' % os.getpid()
		new += b'x' * (len(old) - len(new))
		open(sys.argv[1], 'wb').write(data.replace(old, new, 1))
		print(new.decode())
	END
	linker=$(cat linker)
	printf '%0200d\n' 0 >"$linker"
	chmod +x "$linker"
	every "ELIBBAD 99" ./program a
	rm "$linker"
	mkdir "$linker"
	every "EACCES 99" ./program a
	rmdir "$linker"
}

@test "45: ENOTDIR, ELOOP and ENAMETOOLONG" {
	echo text >file
	ln -s loop loop
	every "ENOTDIR 99" ./file/true a
	every "ELOOP 99" ./loop a
	every "ENAMETOOLONG 99" "./$(printf '%0300d' 0)" a
	every "ENAMETOOLONG 99" "./$(printf '%0200d/' {1..25})true" a
	printf '#!/bin/true\n' >s1
	for i in 2 3 4 5 6 7; do
		printf '#!%s/s%d\n' "$tmp" $((i - 1)) >s$i
	done
	chmod +x s?
	every " 0" ./s4 a
	every " 0" ./s5 a
	every "ELOOP 99" ./s6 a
	every "ELOOP 99" ./s7 a
}

@test "45: ENOEXEC: text, nothing, a broken header, another machine" {
	: >empty
	echo 'exit 5' >text
	printf '#!\n' >nothing
	printf '#! \t \n' >blanks
	cp "$(realpath "$(type -P true)")" good
	for bad in '16 \4\0' '54 \1\0' '56 \0\0' '18 \377\377' '0 \177EL'; do
		cp good "bad${bad%% *}"
		printf "${bad#* }" | dd of="bad${bad%% *}" bs=1 seek="${bad%% *}" conv=notrunc status=none
	done
	head -c 40 good >short
	chmod +x empty text nothing blanks bad* short
	for file in text nothing blanks bad16 bad54 bad56 bad18 short empty; do
		WAYS='execve execv execl execle execveat syscall vfork handler' every "ENOEXEC 99" ./$file a
		# These give text to the shell, or do not, as libc has it.
		for way in execvp execvpe execlp posix_spawn posix_spawnp; do
			same "*" $way ./$file a
		done
	done
}

@test "45: ETXTBSY: a file, or a script's interpreter, that is open for writing" {
	kernel_at_least 6.14
	cp "$(realpath "$(type -P true)")" busy
	printf '#!%s/busy\n' "$tmp" >script
	chmod +x script
	exec 7>>busy
	every "ETXTBSY 99" ./busy a
	every "ETXTBSY 99" ./script a
	exec 7>&-
	every " 0" ./script a
}

@test "45: E2BIG: one word, and all words; and the most that there can be" {
	every "E2BIG 99" /bin/true x140000
	for way in execve execv execvp execveat syscall vfork posix_spawn posix_spawnp; do
		same "E2BIG 99" $way /bin/true "*2000000"
		same " 0" $way /bin/true "*100000"
		same "*" $way /bin/true x100000 x100000 x100000 x100000 x100000
	done
	# Up to the last word that the kernel takes: the launcher needs some more.
	for count in 188000 189000 190000 191000 192000 193000; do
		same "*" execve /bin/true "*$count"
		same "*" posix_spawn /bin/true "*$count"
	done
}

@test "45: EFAULT: a path, the words and the environment that are nowhere" {
	kernel_at_least 6.14
	for way in execve execv execveat syscall vfork handler; do
		same "EFAULT 99" $way FAULT a
	done
	same "EFAULT 99" argv /bin/true a
	same "EFAULT 99" envp /bin/true a
	same "* 0" no-argv /bin/true a
}

@test "45: EAGAIN: more processes of the user than it may have, since setuid" {
	[ "$(id -u)" -eq 0 ] || skip "needs root"
	need python3
	launch_folder
	cp "$(realpath "$VALIMIT_LIB")" "$folder/libvalimit.so"
	cat >"$folder/limit.py" <<-'END'
		import errno, os, resource, time
		if os.fork() == 0:
		    os.closerange(0, 20)
		    os.setuid(65534)
		    time.sleep(3)
		    os._exit(0)
		time.sleep(0.2)
		resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
		os.setuid(65534)
		try: os.execv("/bin/echo", ["echo", "runs"])
		except OSError as e: print(errno.errorcode[e.errno])
	END
	for setting in A=1 "LD_PRELOAD=$folder/libvalimit.so"; do
		run -0 timeout -k 1 5 env VACTL_LAUNCHER="$folder/launch" VA_LIMIT=32bit VA_LIMIT_REACH=whole $setting \
			"$(python_path)" "$folder/limit.py"
		[ "$output" = EAGAIN ] || fail "$setting: $output"
	done
	rm -rf "$folder"
}

@test "45: EMFILE is none of exec's errors: without a free descriptor programs run" {
	need python3
	# The last one is closed by exec.
	run -0 --separate-stderr whole 32bit "$(python_path)" -c 'import os, resource
resource.setrlimit(resource.RLIMIT_NOFILE, (4, 4))
os.open("/", 0)
os.execv("/bin/echo", ["echo", "runs"])' 3>&-
	[ "$output" = runs ]
}

@test "a file by the name of a descriptor that exec closes is executed" {
	need python3
	for name in /proc/self/fd /dev/fd; do
		run -0 --separate-stderr whole 32bit "$(python_path)" -c 'import os, sys
fd = os.open("/bin/echo", 0)
os.execv(f"{sys.argv[1]}/{fd}", ["echo", "runs"])' $name
		[ "$output" = runs ] && [ -z "$stderr" ] || fail "$output $stderr"
	done
	same "a 0" fexecve /bin/echo a
}
