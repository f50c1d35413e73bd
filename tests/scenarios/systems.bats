#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# Builds of distributions and packagers: flags of their own, another compiler, strip, folders
# with odd names. Each build has to confine in all reaches.

bats_require_minimum_version 1.7.0

load helpers
# shellcheck source=../systems/flags.bash
. "$SRCDIR/tests/systems/flags.bash"

setup() {
	# An outer make's flags and job server are not for the makes in here.
	unset MAKEFLAGS MFLAGS MAKELEVEL DESTDIR CC CFLAGS CPPFLAGS LDFLAGS
	unset VA_LIMIT LD_PRELOAD VACTL_LIBRARY VACTL_LAUNCHER
	built=$BATS_TEST_TMPDIR/built
	grep -q '^LAUNCH_TRUE=.#' "$BUILDDIR/config.status" || launcher=tools/launch/launch
}

# Builds the library, the tool and the launcher, with flags of this name.
build_with() { # NAME
	use_flags "$1"
	have_flags || skip "$CC or the linker does not take $CFLAGS $LDFLAGS"
	mkdir -p "$built"
	cd "$built" || return
	"$SRCDIR/configure" -q CC="$CC" CFLAGS="$CFLAGS" LDFLAGS="$LDFLAGS"
	make -s -j"$(nproc)" libvalimit.la vactl ${launcher-}
}

reaches() {
	echo calls process ${launcher:+whole}
}

# Runs programs with a build in every reach.
check_build() { # VACTL
	local reach

	need python3
	for reach in $(reaches); do
		try_reach "$1" "$reach" || fail "--reach $reach: $?"
	done
	# By settings in a copy of the launcher, where children can be confined here at all.
	! "$VACTL" run --window 32bit --children true 2>/dev/null ||
		timeout 60 "$1" run --window 32bit --children -- \
			env -i "$(python_path)" "$BELOW" whole || fail "--children"
}

@test "a distribution's link-time optimization and hardening: Debian, Ubuntu, openSUSE" {
	need gcc
	build_with debian
	check_build "$built/vactl"
}

@test "these with packed relocations: Arch, Fedora" {
	need gcc
	build_with arch
	check_build "$built/vactl"
	[ -z "${launcher-}" ] || readelf -dW "$built/$launcher" | grep -q RELRSZ
}

@test "clang, -O3 and this processor's own instructions, where no gcc is installed" {
	need clang
	programs_without gcc cc c99 c89 g++
	PATH=$BATS_TEST_TMPDIR/bin
	build_with clang
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
	# A program that the program starts is confined by the name too.
	run -0 "$folder/vactl" run --window 32bit -- \
		sh -c "exec $(python_path) $BELOW process"
}

@test "configure refuses -pg with a reason" {
	mkdir "$built"
	cd "$built"
	run ! "$SRCDIR/configure" -q CFLAGS="-O2 -pg"
	[[ $output == *"-pg"*"is not supported"* ]] || fail "$output"
}

# The files of a package: without symbols. In $folder, where other users can reach them.
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
