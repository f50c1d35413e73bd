#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# The promises of a release and its packages, as far as the files show them. "make
# check-packages" builds, checks and installs the packages.

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

# --- what the files of packages say -------------------------------------------

need_debian() {
	[ -d debian ] || skip "a release has no debian/"
}

released_version() {
	sed -n 's/^AC_INIT(\[valimit\], \[\(.*\)\])$/\1/p' configure.ac
}

@test "every package has configure's version, and the change log begins with it" {
	version=$(released_version)
	[[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+$ ]]
	[ "$(sed -n 's/^Version: *//p' packaging/rpm/valimit.spec)" = "$version" ]
	[ "$(sed -n 's/^pkgver=//p' packaging/arch/PKGBUILD)" = "$version" ]
	[ "$(sed -n 's/^  version = "\(.*\)";/\1/p' packaging/nix/package.nix)" = "$version" ]
	run -0 grep -m 1 '^## ' CHANGELOG.md
	[[ $output == "## $version, "* ]] || fail "$output"
	run -0 sed -n '/^%changelog/{n;s/.* - //p}' packaging/rpm/valimit.spec
	[[ $output == "$version-"* ]] || fail "$output"
	need_debian
	run -0 sed -n '1s/^valimit (\(.*\)-[^-]*) .*/\1/p' debian/changelog
	[ "$output" = "$version" ]
}

# ld.so's own name, which dpkg-gensymbols leaves out.
@test "Debian's symbols file has what the version script exports" {
	need_debian
	diff <(sed -n '/^global:/,/^local:/s/^\t\(.*\);$/\1/p' lib/libvalimit.map | grep -vx __gmon_start__ | sort) \
		<(sed -n 's/^ \(.*\)@Base .*/\1/p' debian/libvalimit0.symbols | sort)
	# A symbol's version is that of a release, and no later one than the next.
	for since in $(sed -n 's/^ .*@Base //p' debian/libvalimit0.symbols | sort -u); do
		grep -q "^## $since, " CHANGELOG.md || fail "no release $since"
	done
}

@test "a build of Debian's packages asks for what bootstrap installs for a build" {
	need_debian
	asked=$(sed -n '/^Build-Depends:/,/^[A-Z]/p' debian/control)
	headers=$(sed -n '/^build_needs=/,/^'\''$/s/^header .* //p' bootstrap | grep -v '^libc6-dev$')
	[ -n "$headers" ]
	for package in $headers; do
		grep -qw -e "$package" <<<"$asked" || fail "$package is not in Build-Depends"
	done
}

# Installs as a packager does, into $installed.
install_here() { # LIBDIR
	installed=$BATS_TEST_TMPDIR/root
	make -s -C "$BUILDDIR" install DESTDIR="$installed" prefix=/usr libdir="$1" >/dev/null
}

# Prints the files that patterns, one a line of the input, stand for, without the root;
# fails if one stands for nothing.
matching_files() {
	local pattern

	while read -r pattern; do
		(cd "$installed" && compgen -G "${pattern#/}" >/dev/null) ||
			fail "nothing is installed as $pattern" || return
		(cd "$installed" && compgen -G "${pattern#/}" | xargs -I{} find {} ! -type d)
	done
}

# Every file is in the list, once.
check_complete() { # LIST
	diff <(cd "$installed" && find . ! -type d | sed 's|^\./||' | sort) <(sort "$1")
}

@test "Debian's packages have every file that is installed, once" {
	need_debian
	install_here /usr/lib/x86_64-linux-gnu
	cat debian/*.install debian/*.manpages debian/not-installed | sed 's|^debian/tmp/||; s/ .*//' |
		matching_files >"$BATS_TEST_TMPDIR/list"
	check_complete "$BATS_TEST_TMPDIR/list"
	for list in debian/*.install; do
		package=${list#debian/}
		grep -qx "Package: ${package%.install}" debian/control || fail "$list is of no package"
	done
	for page in $(cat debian/*.docs); do
		[ -e "$page" ] || fail "$page is not here"
	done
}

# Prints the names in the spec file's %files, with the usual folders.
spec_files() {
	sed -n '/^%files/,/^%changelog/p' packaging/rpm/valimit.spec | sed -n 's/^%{_/_/p' |
		sed 's|^_bindir}|/usr/bin|; s|^_libexecdir}|/usr/libexec|; s|^_datadir}|/usr/share|
			s|^_mandir}|/usr/share/man|; s|^_libdir}|/usr/lib64|; s|^_includedir}|/usr/include|'
}

@test "the RPMs have every file that is installed, once" {
	install_here /usr/lib64
	# As the spec file does.
	grep -qx 'rm %{buildroot}%{_libdir}/libvalimit.la' packaging/rpm/valimit.spec
	rm "$installed/usr/lib64/libvalimit.la"
	spec_files | matching_files >"$BATS_TEST_TMPDIR/list"
	check_complete "$BATS_TEST_TMPDIR/list"
	for page in $(sed -n 's/^%\(doc\|license\) //p' packaging/rpm/valimit.spec); do
		[ -e "$page" ] || fail "$page is not here"
	done
}

@test "the check of a package's list finds what is missing, doubled and not installed" {
	installed=$BATS_TEST_TMPDIR/root
	mkdir -p "$installed/usr/bin"
	touch "$installed/usr/bin/a" "$installed/usr/bin/b"
	run -1 matching_files <<<'usr/bin/c*'
	[[ $output == *"usr/bin/c*"* ]]
	matching_files <<<'usr/bin' >"$BATS_TEST_TMPDIR/list"
	check_complete "$BATS_TEST_TMPDIR/list"
	matching_files <<<'usr/bin/a' >"$BATS_TEST_TMPDIR/list"
	run -1 check_complete "$BATS_TEST_TMPDIR/list"
	printf '%s\n' usr/bin 'usr/bin/b' | matching_files >"$BATS_TEST_TMPDIR/list"
	run -1 check_complete "$BATS_TEST_TMPDIR/list"
}

@test "the scripts of packages are correct for their shells" {
	sh -n debian/tests/demo
	sh -n debian/tests/link
	bash -n packaging/arch/PKGBUILD
	bash -n tests/packages/run
	bash -n tests/systems/run
	bash -n tests/systems/flags
	bash -n tests/systems/flags.bash
}

@test "the workflows of GitHub and GitLab run .ci/run, and keep bootstrap's logs" {
	logs=$(sed -n 's/.*quietly \([a-z]*\.log\) .*/\1/p' bootstrap | sort -u)
	[ "$(wc -l <<<"$logs")" -ge 4 ]
	for workflow in .github/workflows/check.yml .gitlab-ci.yml; do
		grep -qE '^ *(run:|-) \.ci/run$' "$workflow"
		kept=$(sed -n 's/^ *\(- \)\{0,1\}build\/\([^/]*\.log\)$/\2/p' "$workflow")
		for log in $logs; do
			# shellcheck disable=SC2053 # a pattern
			[[ $log == $kept ]] || fail "$workflow does not keep build/$log"
		done
	done
}
