#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# The launcher and forbidden cases: users, files and sandboxes.

load launch.bash

root() {
	[ "$(id -u)" -eq 0 ] || skip "needs root"
	need setpriv
	export VA_LIMIT=32bit
}

sandbox() {
	need python3
	need gcc
	export VA_LIMIT=32bit
}

teardown() {
	[ -z "${folder-}" ] || { umount "$folder/mount" 2>/dev/null || true; rm -rf "$folder"; }
	for pid in $started; do
		kill -KILL "$pid" 2>/dev/null || true
		wait "$pid" 2>/dev/null || true
	done
}

@test "a user without rights runs programs wholly inside" {
	root
	launch_folder
	cp "$GUEST/where" "$folder"
	run -0 nobody "$folder/launch" "$folder/where" where
	lies_inside 32bit <<<"$output"
	# The launcher sets the name and the words of the process all the same, which needs no
	# right.
	run -0 nobody "$folder/launch" "$(type -P cat)" name /proc/self/comm /proc/self/cmdline
	[ "$(tr '\0' ' ' <<<"$output" 2>/dev/null)" = $'cat\nname/proc/self/comm/proc/self/cmdline' ]
}

@test "a program that executes the launcher for itself is told" {
	root
	need setarch
	launch_folder
	compile itself -static <<<'#include <unistd.h>
	int main(void) { return execl("/proc/self/exe", "itself", "again", (char *)0); }' || skip "no static libc"
	cp "$tmp/itself" "$folder"
	# With the last two the launcher itself does so first.
	for way in env "env VA_LIMIT_SEED=7" "setarch -L"; do
		run --separate-stderr nobody $way "$folder/launch" "$folder/itself" itself
		[ "$status" -eq 125 ]
		says "a program has executed /proc/self/exe"
	done
}

@test "a file that may be run but not be read is refused" {
	root
	launch_folder
	install -m 711 "$(realpath "$(type -P true)")" "$folder/closed"
	run --separate-stderr nobody "$folder/launch" "$folder/closed" closed
	[ "$status" -eq 126 ]
	says "may be run but not be read"
}

@test "setuid, setgid and capable files give no right" {
	root
	launch_folder
	findmnt -nT "$folder" -o OPTIONS | grep -q nosuid && skip "$folder is mounted nosuid"
	cp "$(realpath "$(type -P id)")" "$folder/id"
	for mode in 4755 2755; do
		chmod "$mode" "$folder/id"
		run --separate-stderr nobody "$folder/launch" "$folder/id" id
		[ "$status" -eq 126 ]
		says "such a program can only be started by the kernel"
	done
	# Its owner gains nothing by it.
	run -0 "$folder/launch" "$folder/id" id -u
	# A caller that asks for no new privileges gets none either.
	run -0 nobody setpriv --no-new-privs "$folder/launch" "$folder/id" id -u
	[ "$output" = 65534 ]
	chmod 755 "$folder/id"
	command -v setcap >/dev/null && setcap cap_net_raw+ep "$folder/id" || return 0
	run --separate-stderr nobody "$folder/launch" "$folder/id" id
	[ "$status" -eq 126 ]
	says "file capabilities"
}

@test "the launcher hands no right of its own on" {
	root
	launch_folder
	findmnt -nT "$folder" -o OPTIONS | grep -q nosuid && skip "$folder is mounted nosuid"
	chmod 4755 "$folder/launch"
	run --separate-stderr nobody "$folder/launch" "$(type -P id)" id
	[ "$status" -eq 125 ]
	says "more rights than its user"
}

@test "a file on a mount without execution is refused" {
	root
	launch_folder
	mkdir "$folder/mount"
	mount -t tmpfs -o noexec none "$folder/mount" || skip "cannot mount"
	cp "$(realpath "$(type -P true)")" "$folder/mount/true"
	run --separate-stderr "$folder/launch" "$folder/mount/true" true
	[ "$status" -eq 126 ]
	says "Permission denied"
}

@test "a vDSO that the kernel keeps is an island, and programs do without" {
	sandbox
	run --separate-stderr refuse "$(call_number SYS_mremap)" 1 "$LAUNCH" "$GUEST/where" where
	[ "$status" -eq 0 ]
	[[ $stderr == "vactl: run: the vDSO cannot be moved"*"is left open in the fence" ]]
	grep -q '^vdso (nil)\|^vdso 0x0$' <<<"$output"
	grep -v '^vdso' <<<"$output" | lies_inside 32bit
}

@test "in a sandbox without prctl the program runs all the same" {
	sandbox
	run -0 refuse "$(call_number SYS_prctl)" 22 "$LAUNCH" "$GUEST/where" where
	grep -v '^break' <<<"$output" | lies_inside 32bit
}

@test "in a sandbox that tells no limits the stack has its usual size" {
	sandbox
	compile large <<<'int main(void) { volatile char a[4 << 20]; a[0] = 1; return !a[0]; }'
	run -0 refuse "$(call_number SYS_prlimit64)" 1 "$LAUNCH" "$tmp/large" large
}

@test "a kernel that cannot seal is found out before anything is lost" {
	sandbox
	VA_LIMIT_FENCE=sealed run --separate-stderr refuse 462 38 "$LAUNCH" /bin/true true
	[ "$status" -eq 125 ]
	says "cannot seal"
}

@test "a fence that the kernel refuses ends the process with a line" {
	sandbox
	# The launcher's own calls have addresses; the first that fails is the fence's.
	run --separate-stderr "$(python_path)" - "$LAUNCH" "$(call_number SYS_mmap)" <<-'END'
		import ctypes, os, struct, sys
		libc = ctypes.CDLL(None)
		# mmap of 4 GiB and more: the upper half of the second argument is not 0
		steps = [(0x20, 0, 0, 0), (0x15, 0, 3, int(sys.argv[2])), (0x20, 0, 0, 28), (0x15, 1, 0, 0),
		         (6, 0, 0, 0x5000c), (6, 0, 0, 0x7fff0000)]
		code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *s) for s in steps))
		filter = struct.pack("HxxxxxxQ", len(steps), ctypes.addressof(code))
		assert libc.prctl(38, 1, 0, 0, 0) == 0 and libc.prctl(22, 2, filter, 0, 0) == 0
		os.execv(sys.argv[1], [sys.argv[1], "/bin/true", "true"])
	END
	[ "$status" -eq 125 ]
	says "cannot run /bin/true: cannot raise the fence"
}

@test "what the kernel refuses to run the launcher refuses, with a line, and what runs runs" {
	need python3
	run -0 "$(python_path)" - "$LAUNCH" "$(realpath "$(type -P true)")" "$tmp" <<-'END'
		import os, random, subprocess, sys, time
		launch, program, folder = sys.argv[1:]
		seed = int(os.environ.get("TEST_SEED", time.time()))
		print("TEST_SEED=%d replays it" % seed)
		random.seed(seed)
		good = open(program, "rb").read()
		offset, count = int.from_bytes(good[32:40], "little"), int.from_bytes(good[56:58], "little")
		def outcome(*words, **more):
		    try:
		        done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, timeout=30, **more)
		    except OSError as error:
		        return "refused", b""
		    return done.returncode, done.stderr
		ran = refused = 0
		for i in range(150):
		    bad = bytearray(good)
		    for change in range(random.randint(1, 2)):
		        at = random.choice([random.randrange(16, 64), offset + random.randrange(56 * count)])
		        size = random.choice([1, 1, 2, 8])
		        value = random.choice([random.getrandbits(8 * size), 0, 256 ** size - 1, 128 << 8 * (size - 1)])
		        bad[at:at + size] = value.to_bytes(size, "little")
		    path = "%s/%d" % (folder, i)
		    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT, 0o755), "wb") as file:
		        file.write(bad)
		    kernel, _ = outcome(path)
		    ours, said = outcome(launch, path, path, env={"VA_LIMIT": "32bit"})
		    line = ours in (125, 126, 127) and said.startswith(b"vactl: run: ") and said.count(b"\n") == 1
		    # Files that the launcher refuses with a message: elf.h, and the window's
		    # size.
		    stricter = line and (b"ends before its segments do" in said or b"no room" in said)
		    if kernel == "refused" and not line or kernel == 0 and ours != 0 and not stricter:
		        sys.exit("%s: kernel %s, launcher %s %s" % (path, kernel, ours, said))
		    ran += ours == 0
		    refused += line
		    os.unlink(path)
		assert ran and refused
	END
}
