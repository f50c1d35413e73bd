#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# The pages of the repository name files, messages, variables and commits, all of which must
# exist: a renaming in the sources is one in the pages too.

bats_require_minimum_version 1.7.0

setup() {
	unset MAKEFLAGS MFLAGS MAKELEVEL DESTDIR
	cd "$SRCDIR" || return
}

pages() {
	find . -path ./build -prune -o -name .git -prune -o -name '*.md' -print
}

need_history() {
	command -v git >/dev/null || skip "git is not installed"
	[ -e .git ] || skip "this is no checkout"
}

# Paths that a page names with their folder, from the top of the repository, and its links, from
# its own folder.
named_paths() { # PAGE
	local top='lib|tools|tests|man|include'

	grep -oP "(?<![\\w/.}])($top)/[\\w./*-]*[\\w*]" "$1"
	grep -oP '(?<=\]\()[^)#:]+(?=\))' "$1" | sed "s|^|${1%/*}/|"
}

# File names without a folder, in backquotes.
named_files() { # PAGE
	grep -oP '(?<=`)[\w*-]+\.(c|h|sh|bats|bash)(?=`)' "$1"
}

# Prints names of a page that the tree lacks; fails if there is any. A program is there if its
# source is.
check_page() { # PAGE
	local name bad=0

	for name in $(set -f; named_paths "$1" | sort -u); do
		compgen -G "$name" >/dev/null || [ -e "${name%_san}.c" ] ||
			{ echo "$1: $name"; bad=1; }
	done
	while read -r name; do
		[ -n "$(find lib tools tests include -name "$name" -print -quit)" ] ||
			{ echo "$1: $name"; bad=1; }
	done < <(named_files "$1")
	return $bad
}

@test "every file that a page names is there" {
	local bad=0

	for page in $(pages); do
		check_page "$page" || bad=1
	done
	[ $bad -eq 0 ]
}

# Prints the last column of the README's table of the functions of emulators.
clients_tests() {
	awk -F ' [|] ' '/^[|] instead of / { on = 1 } !/^[|]/ { on = 0 } on && !/^[|] (instead|---)/ {
		sub(/ [|]$/, "", $3); print $3 }' "$SRCDIR/README.md"
}

@test "the README's table of emulators' functions names tests, and calls that the library exports" {
	local name tests=0

	cd "$SRCDIR"
	while read -r name; do
		tests=$((tests + 1))
		case $name in
		\`*\`) [ -f "${name//\`/}" ] || { echo "$name is not there"; false; } ;;
		*) grep -q "^@test \"[0-9]*: ${name//\"/}\" {\$" tests/scenarios/*.bats || { echo "no test: $name"; false; } ;;
		esac
	done < <(clients_tests)
	[ "$tests" -ge 9 ]
	for name in $(sed -n '/^| instead of /,/^$/p' README.md | grep -o '`valimit_[a-z]*`\|`[a-z]*_range`' | tr -d '`'); do
		grep -q "^	$name;" lib/libvalimit.map || { echo "$name is not exported"; false; }
	done
}

@test "the check of pages finds what is missing, and nothing else" {
	cd "$BATS_TEST_TMPDIR"
	mkdir -p lib/core tools tests include
	touch lib/core/gap.c
	cat >lib/PAGE.md <<-'EOF'
		`lib/core/gap.c`, `gap.c`, `g*.c`, `lib/core/*`, [gap](core/gap.c), [net](https://x/y)
		`build/tests/guest/calls`
	EOF
	run -0 check_page lib/PAGE.md
	[ -z "$output" ]

	cat >lib/PAGE.md <<-'EOF'
		`lib/core/gone.c`, `also_gone.h`, [link](core/gone.md)
	EOF
	run -1 check_page lib/PAGE.md
	[ "$(sort <<<"$output")" = "$(printf 'lib/PAGE.md: %s\n' also_gone.h lib/core/gone.c lib/core/gone.md)" ]
}

# All string literals of the sources, those that continue each other joined.
literals() {
	find lib tools include -name '*.[ch]' -exec cat {} + | tr '\n' ' ' |
		sed -E 's/"[[:space:]]*(PR[a-zA-Z0-9]+[[:space:]]*)?"//g'
}

@test "every message of the manual's and the README's troubleshooting is one of the sources" {
	literals >"$BATS_TEST_TMPDIR/literals"
	sed -n '/^\.Sh TROUBLESHOOTING/,/^\.El/{s/\\-/-/g; s/^\.Ql "\(.*\)" :$/\1/p}' man/valimit.7 \
		>"$BATS_TEST_TMPDIR/manual"
	sed -n '/^## Troubleshooting/,/^## Questions/s/^| "\([^"]*\)" |.*/\1/p' README.md \
		>"$BATS_TEST_TMPDIR/readme"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/manual")" -gt 10 ]
	[ "$(wc -l <"$BATS_TEST_TMPDIR/readme")" -gt 5 ]
	while read -r message; do
		grep -qF -- "$message" "$BATS_TEST_TMPDIR/literals" ||
			{ echo "no source says: $message"; false; }
	done < <(cat "$BATS_TEST_TMPDIR/manual" "$BATS_TEST_TMPDIR/readme")
}

@test "every variable that a page for users and authors names exists" {
	for name in $(grep -ohE '\bVA_LIMIT_[A-Z]+\b' README.md CONTRIBUTING.md SECURITY.md \
		lib/*.md tools/launch/README.md | sort -u); do
		grep -qF "PREFIX \"${name#VA_LIMIT_}\"" lib/core/options.c || { echo "$name"; false; }
	done
}

@test "every commit that a page names is in the history" {
	need_history
	[ "$(git rev-parse --is-shallow-repository)" = false ] || skip "the checkout has no history"
	for commit in $(grep -oE '\b[0-9a-f]{7}\b' lib/DECISIONS.md); do
		git cat-file -e "$commit^{commit}" || { echo "$commit"; false; }
	done
}

@test "GitHub's and GitLab's workflows run what a change has to pass" {
	[ -x .ci/run ]
	grep -qE '^ +run: \.ci/run$' .github/workflows/check.yml
	grep -qE '^ +- \.ci/run$' .gitlab-ci.yml
}

# Debian's files are not in a release, as its packagers want it: they bring their own.
@test "a release has every file of the repository but debian/" {
	need_history
	make -s -C "$BUILDDIR" distdir distdir="$BATS_TEST_TMPDIR/release" >"$BATS_TEST_TMPDIR/said" 2>&1 ||
		{ cat "$BATS_TEST_TMPDIR/said"; false; }
	run comm -23 <(git ls-files | grep -vE '^(\.gitignore$|debian/)' | sort) \
		<(cd "$BATS_TEST_TMPDIR/release" && find . -type f | sed 's|^\./||' | sort)
	[ -z "$output" ] || { echo "not in EXTRA_DIST or any list of sources: $output"; false; }
}
