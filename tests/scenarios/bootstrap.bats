#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# The first minute: bootstrap, its demo, and their messages after a failure.

bats_require_minimum_version 1.7.0

load helpers

setup() {
	# An outer make's flags and job server are not for the makes in here.
	unset MAKEFLAGS MFLAGS MAKELEVEL DESTDIR CC CFLAGS CPPFLAGS LDFLAGS
	unset VA_LIMIT LD_PRELOAD VACTL_LIBRARY VACTL_LAUNCHER
}

@test "bootstrap explains itself and refuses what it does not know" {
	run -0 "$SRCDIR/bootstrap" --help
	[[ $output == *demo* && $output == *check* ]]
	run -2 "$SRCDIR/bootstrap" nonsense
	[[ $output == *Usage* ]]
}

# A checkout without a build. A make that does nothing stands for the real one.
checkout() {
	mkdir -p "$BATS_TEST_TMPDIR/checkout"
	tar -C "$SRCDIR" --exclude=./build --exclude=./.git --mode=u+w -cf - . |
		tar -C "$BATS_TEST_TMPDIR/checkout" -xf -
	cd "$BATS_TEST_TMPDIR/checkout" || return
}

missing_for_check() {
	sed -n 's/^S\["MISSING_FOR_CHECK"\]="\(.*\)"$/\1/p' build/config.status
}

@test "bootstrap configures again where a package that configure had missed is there now" {
	checkout
	programs_without bats make
	printf '#!/bin/sh\n' >"$BATS_TEST_TMPDIR/bin/make"
	chmod +x "$BATS_TEST_TMPDIR/bin/make"
	CFLAGS=-O1 PATH=$BATS_TEST_TMPDIR/bin run -0 ./bootstrap
	[[ $(missing_for_check) == *bats* ]]

	printf '#!/bin/sh\necho Bats 1.8.2\n' >"$BATS_TEST_TMPDIR/bin/bats"
	chmod +x "$BATS_TEST_TMPDIR/bin/bats"
	PATH=$BATS_TEST_TMPDIR/bin run -0 ./bootstrap
	[[ $output == *"configuring again"* ]]
	[[ $(missing_for_check) != *bats* ]]
	grep -qF 'S["CFLAGS"]="-O1"' build/config.status

	PATH=$BATS_TEST_TMPDIR/bin run -0 ./bootstrap
	[[ $output != *configuring* ]]
}

# A checkout whose build is this one, and needs no make.
built_checkout() {
	checkout
	mkdir -p build/.libs build/tools/launch
	cp "$VACTL" build
	cp "$(realpath "$VALIMIT_LIB")" build/.libs/libvalimit.so
	cp "$BUILDDIR/tools/launch/launch" build/tools/launch || skip "no launcher for this processor"
	fake_make 'exit 0'
}

fake() { # NAME SCRIPT
	mkdir -p "$BATS_TEST_TMPDIR/fake"
	printf '#!/bin/sh\n%s\n' "$2" >"$BATS_TEST_TMPDIR/fake/$1"
	chmod +x "$BATS_TEST_TMPDIR/fake/$1"
}

fake_make() {
	fake make "$1"
	export PATH=$BATS_TEST_TMPDIR/fake:$PATH
}

@test "the demo shows before and after, checks it, and says what to try, in 25 lines" {
	need python3
	built_checkout
	run -0 ./bootstrap demo
	# Empty lines too, which are not in $lines; an installed package is one more.
	[ "$(wc -l <<<"$output")" -lt 25 ]
	for said in "without a window" "in the window" libc stack vDSO heap "64 MiB of mmap" PASSED \
		/maps "Try next"; do
		[[ $output == *"$said"* ]] || fail "$said: $output"
	done
	# A program, and no script that picks one.
	[[ $(sed -n 's/^\$ \([^ ]*\) tests.*/\1/p' <<<"$output") == "$(python_path)" ]]
}

@test "the demo fails where a window does not hold" {
	need python3
	built_checkout
	printf '#!/bin/sh\nshift 4\nexec "$@"\n' >build/vactl
	run -1 ./bootstrap demo
	[[ $output == *'outside: 0x'*FAILED* ]] || fail "$output"
	[[ $output != *PASSED* ]]
}

@test "a build that fails is shown by the end of its log, which is named" {
	built_checkout
	fake_make 'case $* in *"-C build"*) seq 1000; echo what went wrong >&2; exit 2 ;; esac'
	run -1 ./bootstrap
	[[ $output == *"what went wrong"*"build/build.log"* ]]
	[ "${#lines[@]}" -le 30 ]
}

@test "an installation that fails is shown by the end of its log, which is named" {
	checkout
	programs_without automake apt-get
	fake id 'echo 0'
	fake apt-get 'case $1 in update) exit ;; esac; seq 1000; echo no such package >&2; exit 100'
	PATH=$BATS_TEST_TMPDIR/fake:$BATS_TEST_TMPDIR/bin run -1 ./bootstrap demo
	[[ $output == *"installing: automake"*"no such package"*"build/apt.log"* ]] || fail "$output"
	[ "${#lines[@]}" -le 25 ]
}

@test "tests in a folder with a space or a colon in its name are refused with a reason" {
	for name in 'a folder' a:folder; do
		mkdir "$BATS_TEST_TMPDIR/$name"
		cp "$SRCDIR/bootstrap" "$BATS_TEST_TMPDIR/$name"
		run -1 "$BATS_TEST_TMPDIR/$name/bootstrap" check
		[[ $output == *"without blank and colon"* ]] || fail "$output"
	done
}
