#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# What a release and its packages promise, as far as the files themselves show it.
# "make check-packages" builds, checks and installs the packages.

bats_require_minimum_version 1.7.0

load helpers

setup() {
	unset MAKEFLAGS MFLAGS MAKELEVEL DESTDIR
	cd "$SRCDIR" || return
}

# --- what --version prints ----------------------------------------------------

# A repository with one commit.
make_repository() { # FOLDER
	need git
	git init -q "$1"
	export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@localhost
	export GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@localhost
	echo one >"$1/file"
	git -C "$1" add file
	git -C "$1" commit -q -m one
}

# Prints the text that a build in the folder would print.
version_text() { # FOLDER [VERSION]
	tools/vactl/version.sh "$1" "${2:-1.2.3}" "$BATS_TEST_TMPDIR/version.h" || return
	sed 's/^#define VERSION_TEXT "\(.*\)"$/\1/' "$BATS_TEST_TMPDIR/version.h"
}

@test "--version is the version in a tarball, also where another repository is around it" {
	outer=$BATS_TEST_TMPDIR/outer
	make_repository "$outer"
	mkdir "$outer/valimit-1.2.3"
	run -0 version_text "$outer/valimit-1.2.3"
	[ "$output" = 1.2.3 ]
}

@test "--version is the version at the release's tag, and names other commits and changes" {
	folder=$BATS_TEST_TMPDIR/checkout
	make_repository "$folder"
	commit=$(git -C "$folder" rev-parse HEAD)
	run -0 version_text "$folder"
	[[ $output == "1.2.3, git "* && $commit == "${output#*git }"* ]] || fail "$output"

	git -C "$folder" tag -a -m release 1.2.3
	[ "$(version_text "$folder")" = 1.2.3 ]

	echo two >>"$folder/file"
	[ "$(version_text "$folder")" = "1.2.3, git 1.2.3-dirty" ]
	git -C "$folder" commit -q -a -m two
	run -0 version_text "$folder"
	[[ $output == "1.2.3, git 1.2.3-1-g"* ]] || fail "$output"
	[ "$(version_text "$folder" 1.3.0)" = "1.3.0, git ${output#*git }" ]
}

@test "where git does not answer, --version stays what it was, or is the version" {
	folder=$BATS_TEST_TMPDIR/checkout
	mkdir "$folder"
	echo 'gitdir: /nonexistent' >"$folder/.git"
	[ "$(version_text "$folder")" = 1.2.3 ]
	echo '#define VERSION_TEXT "1.2.3, git abc"' >"$BATS_TEST_TMPDIR/version.h"
	[ "$(version_text "$folder")" = "1.2.3, git abc" ]
	[ "$(version_text "$folder" 1.2.4)" = 1.2.4 ]
}

@test "vactl prints the version that was asked for when it was built" {
	text=$(sed 's/^#define VERSION_TEXT "\(.*\)"$/\1/' "$BUILDDIR/tools/vactl/version.h")
	run -0 "$VACTL" --version
	[ -n "$text" ]
	[ "$output" = "vactl (valimit) $text" ]
}

@test "a version that is asked for again leaves its file as it is" {
	version_text "$BATS_TEST_TMPDIR"
	before=$(stat -c '%i %y' "$BATS_TEST_TMPDIR/version.h")
	version_text "$BATS_TEST_TMPDIR"
	[ "$(stat -c '%i %y' "$BATS_TEST_TMPDIR/version.h")" = "$before" ]
}
