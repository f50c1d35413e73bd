#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# What distributions and their packagers do to a build: flags of their own, another
# compiler, strip, folders with odd names. Each build has to confine in all reaches.

bats_require_minimum_version 1.7.0

load helpers

# A program that ends with the first thing that a reach does not keep below 4 GiB.
setup_file() {
	cat >"$BATS_FILE_TMPDIR/below.py" <<'END'
import ctypes, mmap, sys

def low(address, what):
    if address >= 1 << 32:
        sys.exit("%s is at %#x" % (what, address))

reach = sys.argv[1]
page = mmap.mmap(-1, 4096)
low(ctypes.addressof(ctypes.c_char.from_buffer(page)), "a page of mmap")
if reach != "calls":
    low(ctypes.addressof(ctypes.create_string_buffer(1 << 20)), "a MiB of malloc")
if reach == "whole":
    names = {}
    for line in open("/proc/self/maps"):
        fields = line.split()
        if len(fields) > 5:
            names.setdefault(fields[5].split("/")[-1], int(fields[0].split("-")[0], 16))
    for name in ["[stack]"] + [name for name in names if name.startswith("libc.so")]:
        low(names[name], name)
END
}

setup() {
	# An outer make's flags and job server are not for the makes in here.
	unset MAKEFLAGS MFLAGS MAKELEVEL DESTDIR CC CFLAGS CPPFLAGS LDFLAGS
	unset VA_LIMIT LD_PRELOAD VACTL_LIBRARY VACTL_LAUNCHER
	built=$BATS_TEST_TMPDIR/built
	grep -q '^LAUNCH_TRUE=.#' "$BUILDDIR/config.status" || launcher=tools/launch/launch
}

# Whether the compiler takes a flag, and the linker of what it makes.
takes() {
	echo 'int main(void) { return 0; }' >"$BATS_TEST_TMPDIR/takes.c"
	${CC:-gcc} -Werror -o "$BATS_TEST_TMPDIR/takes" "$BATS_TEST_TMPDIR/takes.c" "$@" 2>/dev/null
}

# Builds the library, the tool and the launcher, with arguments of configure.
build_with() {
	mkdir -p "$built"
	cd "$built" || return
	"$SRCDIR/configure" -q "$@"
	make -s -j"$(nproc)" libvalimit.la vactl ${launcher-}
}

# The strongest that the compiler and libc know.
fortify() {
	if echo '#include <stdlib.h>' | gcc -O2 -Werror -D_FORTIFY_SOURCE=3 -E -xc - >/dev/null 2>&1; then
		echo 3
	else
		echo 2
	fi
}

reaches() {
	echo calls process ${launcher:+whole}
}

# Runs programs with a build in every reach.
check_build() { # VACTL
	local reach

	need python3
	for reach in $(reaches); do
		timeout 60 "$1" run --window 32bit --reach "$reach" -- /bin/true ||
			fail "--reach $reach: $?"
		timeout 60 "$1" run --window 32bit --reach "$reach" -- \
			"$(python_path)" "$BATS_FILE_TMPDIR/below.py" "$reach" || fail "--reach $reach"
	done
	# By settings in a copy of the launcher, where children can be confined here at all.
	! "$VACTL" run --window 32bit --children true 2>/dev/null ||
		timeout 60 "$1" run --window 32bit --children -- \
			env -i "$(python_path)" "$BATS_FILE_TMPDIR/below.py" whole || fail "--children"
}

@test "a distribution's link-time optimization and hardening: Debian, Ubuntu, Fedora, openSUSE" {
	need gcc
	takes -flto=auto || skip "this gcc has no link-time optimization"
	hardening="-g -O2 -fstack-protector-strong -fstack-clash-protection -fexceptions
		-Wformat -Werror=format-security -Wp,-D_FORTIFY_SOURCE=$(fortify)"
	[ "$(uname -m)" != x86_64 ] || hardening+=" -fcf-protection"
	build_with CC=gcc CFLAGS="${hardening//$'\n'/ } -flto=auto -ffat-lto-objects" \
		LDFLAGS="-Wl,-Bsymbolic-functions -flto=auto -Wl,-z,relro -Wl,-z,now"
	check_build "$built/vactl"
}

@test "packed relocations: Arch" {
	need gcc
	takes -Wl,-z,pack-relative-relocs || skip "this linker cannot pack relocations"
	build_with CC=gcc CFLAGS="-O2 -fno-plt -fexceptions -Wp,-D_FORTIFY_SOURCE=$(fortify)" \
		LDFLAGS="-Wl,-O1 -Wl,--sort-common -Wl,--as-needed -Wl,-z,pack-relative-relocs"
	check_build "$built/vactl"
	[ -z "${launcher-}" ] || readelf -dW "$built/$launcher" | grep -q RELRSZ
}

@test "clang, -O3 and this processor's own instructions, where no gcc is installed" {
	need clang
	programs_without gcc cc c99 c89 g++
	PATH=$BATS_TEST_TMPDIR/bin
	build_with CC=clang CFLAGS="-O3 -march=native -fstack-protector-strong"
	check_build "$built/vactl"
}

@test "a build in a folder with a space and a colon in its name" {
	folder="$BATS_TEST_TMPDIR/a folder: mine"
	export TMPDIR=$BATS_TEST_TMPDIR
	mkdir -p "$folder/.libs" "$folder/tools/launch"
	cp "$VACTL" "$folder"
	cp "$(realpath "$VALIMIT_LIB")" "$folder/.libs/libvalimit.so"
	[ -z "${launcher-}" ] || cp "$BUILDDIR/$launcher" "$folder/$launcher"
	check_build "$folder/vactl"
	# What the program starts is confined by the same name.
	run -0 "$folder/vactl" run --window 32bit -- \
		sh -c "exec $(python_path) $BATS_FILE_TMPDIR/below.py process"
}

@test "configure refuses -pg with a reason" {
	mkdir "$built"
	cd "$built"
	run ! "$SRCDIR/configure" -q CFLAGS="-O2 -pg"
	[[ $output == *"-pg"*"is not supported"* ]] || fail "$output"
}

# What a package has: without symbols. As other users can reach it, in $folder.
stripped() { # STRIP...
	folder=$(mktemp -d /tmp/valimit.XXXXXX)
	chmod 755 "$folder"
	install "$VACTL" ${launcher:+"$BUILDDIR/$launcher"} "$folder"
	install -m 644 "$(realpath "$VALIMIT_LIB")" "$folder/libvalimit.so"
	"$@" "$folder"/*
	export VACTL_LIBRARY=$folder/libvalimit.so VACTL_LAUNCHER=$folder/launch
}

@test "what strip has been at confines, and programs know their own path" {
	tools=0
	for strip in strip eu-strip llvm-strip llvm-strip-14; do
		command -v "$strip" >/dev/null || continue
		stripped "$strip"
		check_build "$folder/vactl"
		user=()
		[ "$(id -u)" -ne 0 ] || user=(setpriv --reuid=65534 --regid=65534 --clear-groups)
		# The program itself asks, and not the library for it.
		run -0 "${user[@]}" "$folder/vactl" run --window 32bit -- /usr/bin/readlink /proc/self/exe
		[[ $output == */readlink || $output == */coreutils ]] || fail "$strip: $output"
		rm -r "$folder"
		tools=$((tools + 1))
	done
	[ "$tools" -gt 0 ] || skip "there is no strip"
}
