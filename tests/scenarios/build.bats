#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# The build as users and packagers see it: products, exports, hardening, refusals,
# documentation; and the rules of the sources that a machine can check.

bats_require_minimum_version 1.7.0

load helpers

setup() {
	# An outer make's flags and job server are not for the makes in here.
	unset MAKEFLAGS MFLAGS MAKELEVEL DESTDIR CC CFLAGS CPPFLAGS LDFLAGS
	library=$VALIMIT_LIB
}

# Configures out of tree with the given arguments.
configure() {
	mkdir -p "$BATS_TEST_TMPDIR/build"
	cd "$BATS_TEST_TMPDIR/build" || return
	"$SRCDIR/configure" -q "$@"
}

sources() {
	find "$SRCDIR/lib" "$SRCDIR/include" "$SRCDIR/tools" "$SRCDIR/tests" \
		"$SRCDIR/bootstrap" "$SRCDIR/.ci" -type f "$@"
}

# A manual page as one line of plain text a paragraph.
manual() {
	mandoc -Tascii -Owidth=1000 "$SRCDIR/man/$1" | sed 's/.\x08//g'
}

@test "the library exports what the version script names and nothing else" {
	wanted=$(sed -n '/^global:/,/^local:/s/^\t\(.*\);$/\1/p' \
		"$SRCDIR/lib/libvalimit.map" | sort)
	exported=$(nm -D --defined-only "$library" | awk '{ print $3 }' | sort)
	[ -n "$wanted" ]
	diff <(echo "$wanted") <(echo "$exported")
}

@test "the library has full RELRO, no text relocation and no executable stack" {
	run -0 readelf -dW "$library"
	[[ $output == *BIND_NOW* ]]
	[[ $output != *TEXTREL* ]]
	run -0 readelf -lW "$library"
	[[ $output == *GNU_RELRO* ]]
	stack=$(grep GNU_STACK <<<"$output")
	[[ $stack == *" RW "* ]]
}

@test "the library is initialized before all others and uses initial-exec TLS" {
	run -0 readelf -dW "$library"
	[[ $output == *INITFIRST* ]]
	run -0 readelf -rW "$library"
	[[ $output != *DTPMOD* && $output != *TLSDESC* ]]
}

@test "the library's soname is libvalimit.so.0" {
	run -0 readelf -dW "$library"
	[[ $output == *"soname: [libvalimit.so.0]"* ]]
}

@test "the library needs libc and nothing else" {
	run -0 readelf -dW "$library"
	needed=$(grep NEEDED <<<"$output" | sed 's/.*\[\(.*\)\]/\1/' | grep -v '^ld-linux')
	[[ $needed == libc.* ]]
	[ "$(wc -l <<<"$needed")" -eq 1 ]
}

# Each name costs every program's start about 900 instructions in ld.so. __environ is
# environ by another name, for the linker; __curbrk is libc's word for where the heap ends.
@test "the library has ld.so look up at most six names of libc's" {
	[ "$(nm -D --undefined-only "$library" | grep -vc '__environ@')" -le 6 ]
	! nm -D --undefined-only "$library" | grep -E '[ _](mem|str)[a-z]+@'
}

# The bound of the text: 111 KiB with gcc 12 on x86-64, the compiler of the figures. Other
# compilers make an eighth more of the source, and AArch64's code is a sixth longer; the bound
# is against growth.
text_bound() {
	local kib=111 compiler

	compiler=$(sed -n 's/^S\["CC"\]="\([^ "]*\).*"$/\1/p' "$BUILDDIR/config.status")
	[ "$(uname -m)" = x86_64 ] || kib=132
	[ "$("$compiler" -dumpversion)" = 12 ] || kib=$((kib + kib / 8))
	echo $((kib << 10))
}

@test "the library's text is at most 111 KiB, and an eighth more with other compilers" {
	grep -qF 'S["OPTIMIZE_SIZE"]="-Os"' "$BUILDDIR/config.status" ||
		skip "CFLAGS of the user's own decide"
	# All sections of code, the stubs of imported functions with them. Not the segment: some
	# linkers put read-only data into it.
	text=0
	while read -r size; do
		text=$((text + 16#$size))
	done < <(objdump -h "$library" |
		awk '$1 ~ /^[0-9]+$/ { size = $3 } /CODE/ { print size }')
	echo "$text bytes"
	[ "$text" -gt $((32 << 10)) ]
	[ "$text" -le "$(text_bound)" ]
}

@test "the library includes nothing of the tools" {
	run ! grep -nE '#include "(tools|\.\.)/' "$SRCDIR"/lib/*/*.[ch]
}

@test "the core calls nothing but memory and string functions" {
	archive=$BUILDDIR/.libs/libvalcore.a
	own=$(nm --defined-only "$archive" | awk 'NF == 3 { print $3 }')
	calls=$(nm -u "$archive" | awk '$1 == "U" { print $2 }' | sort -u |
		grep -vxF "$own" | grep -vxE '(mem|str)[a-z]+|__stack_chk_.*|_GLOBAL_OFFSET_TABLE_') || true
	echo "calls: $calls"
	[ -z "$calls" ]
}

@test "the core has no variables" {
	objdump -h "$BUILDDIR/.libs/libvalcore.a" |
		awk '$2 ~ /^\.(data|bss|tdata|tbss)$/ && $3 !~ /^0+$/ { print; bad = 1 }
		     END { exit bad }'
}

@test "clang-tidy finds nothing in the library" {
	need clang-tidy
	[[ $(clang-tidy --version) =~ version\ 14\. ]] || skip "clang-tidy is not version 14"
	make -s -C "$BUILDDIR" tidy
}

@test "no source file is longer than 400 lines" {
	long=$(sources -exec wc -l {} \; | awk '$1 > 400')
	echo "$long"
	[ -z "$long" ]
}

@test "every source file names its licence on the first or second line" {
	without=$(sources ! -name '*.svg' -exec sh -c \
		'head -n 2 "$1" | grep -q "SPDX-License-Identifier: MIT" || echo "$1"' - {} \;)
	echo "$without"
	[ -z "$without" ]
}

@test "gcc builds everything without a warning" {
	need gcc
	configure CC=gcc --enable-werror
	make -s -j2 all
	make -s -j2 check TESTS=
}

@test "clang builds everything without a warning" {
	need clang
	configure CC=clang --enable-werror
	make -s -j2 all
	make -s -j2 check TESTS=
}

@test "riscv64: the library builds without a warning, and its calls are confined" {
	need riscv64-linux-gnu-gcc
	root=/usr/riscv64-linux-gnu
	[ -e $root/include/stdio.h ] || skip "libc6-dev-riscv64-cross is not installed"
	configure --host=riscv64-linux-gnu --enable-werror
	make -s -j2 libvalimit.la libvalimit.a libvalimit_interpose.a tests/guest/calls
	need qemu-riscv64
	# No fence: qemu's own mappings lie in the address space that it gives, and of
	# each page that a program reserves qemu 7.2 keeps 24 bytes: 400 GB for a fence.
	timeout 60 qemu-riscv64 -L $root -E VA_LIMIT=0x200000000-0x240000000 -E VA_LIMIT_FENCE=off \
		-E GUEST_WINDOW=0x200000000-0x240000000 -E LD_PRELOAD="$PWD/.libs/libvalimit.so" \
		tests/guest/calls 'a=mmap 0 64K -> inside' 'c=mmap 0x500000000 64K -> inside' 'munmap c 64K -> 0' \
		'mmap a 64K rw noreplace -> EEXIST' 'b=mremap a 64K 64M maymove -> inside' \
		'munmap b 64M -> 0' 'mmap lower 1G none noreserve -> lower' 'mmap 0 page -> ENOMEM'
}

@test "configure refuses musl and names the oldest glibc" {
	need musl-gcc
	run ! configure CC=musl-gcc
	[[ $output == *"this libc is not supported"*"glibc 2."* ]] || fail "$output"
	mkdir -p "$BATS_TEST_TMPDIR/old"
	printf '#define __GLIBC__ 2\n#define __GLIBC_MINOR__ 17\n' >"$BATS_TEST_TMPDIR/old/features.h"
	run ! configure CPPFLAGS="-I$BATS_TEST_TMPDIR/old"
	[[ $output == *"glibc 2.17 is not supported"* ]] || fail "$output"
}

@test "configure refuses a 32-bit host with a reason" {
	run ! configure --host=i686-linux-gnu
	[[ $output == *"32-bit target"* ]]
}

@test "configure refuses a compiler that makes 32-bit code with a reason" {
	run ! configure CC="gcc -m32"
	# A newer config.guess asks the compiler, and names the target by it.
	[[ $output == *"makes 32-bit code"* || $output == *"32-bit target"* ]]
}

@test "configure refuses an unknown processor with a reason" {
	run ! configure --host=s390x-linux-gnu
	[[ $output == *"s390x is not supported"* ]]
}

@test "configure refuses a system that is not Linux with a reason" {
	run ! configure --host=x86_64-unknown-freebsd
	[[ $output == *"only Linux has"* ]]
}

@test "make install puts every file where a packager expects it" {
	root=$BATS_TEST_TMPDIR/root
	make -s -C "$BUILDDIR" install DESTDIR="$root" prefix=/usr libdir=/usr/lib
	cd "$root/usr"
	[ -x bin/vactl ]
	[ -L lib/libvalimit.so.0 ]
	[ -L lib/libvalimit.so ]
	# Where there is one for the processor.
	[ ! -e "$BUILDDIR/tools/launch/launch" ] || launcher=./libexec/valimit/launch
	run find . -type f
	[ "$(sort <<<"$output")" = "$(grep . <<-END | sort
		./bin/vactl
		./include/valimit.h
		./lib/libvalimit.a
		./lib/libvalimit.la
		./lib/libvalimit.so.0.0.0
		./lib/libvalimit_interpose.a
		./lib/pkgconfig/valimit-static.pc
		./lib/pkgconfig/valimit.pc
		${launcher-}
		./libexec/valimit/vactl
		./share/bash-completion/completions/vactl
		./share/man/man1/vactl.1
		./share/man/man3/mmap_range.3
		./share/man/man3/valimit.3
		./share/man/man3/valimit_place.3
		./share/man/man3/valimit_reserve.3
		./share/man/man3/valimit_walk.3
		./share/man/man7/valimit.7
		./share/valimit/valimit.py
		./share/zsh/site-functions/_vactl
	END
	)" ]
}

@test "the manual's table of guests' windows is the source's, and vactl completes their names" {
	table=$(sed -n 's/^\.It Cm \([a-z0-9_]*[0-9a-z-]*\) Ta \(0x[0-9a-f]*\) Ta .*/\1 \2/p' "$SRCDIR/man/valimit.7")
	[ "$(wc -l <<<"$table")" -eq 14 ]
	names=$("$BUILDDIR/vactl" completion run --window '' | cut -f1)
	while read -r name end; do
		grep -qF "{ \"$name\", $end }" "$SRCDIR/tests/unit/test_window_text.c" || { echo "$name: $end"; false; }
		grep -qxF "$name" <<<"$names" || { echo "not completed: $name"; false; }
	done <<<"$table"
}

@test "the manual pages are clean" {
	need mandoc
	# Other manuals of the machine do not matter. Two files: mandoc writes its findings to
	# one, and missing manuals to the other in the middle of a line.
	errors=$BATS_TEST_TMPDIR/errors
	run bash -c 'mandoc -Tlint "${@:2}" 2>"$1" | grep -v "manual not found"
		grep -v "outdated mandoc.db" "$1"' - "$errors" "$SRCDIR"/man/*.[0-9]
	[ -z "$output" ] || { echo "$output"; false; }
	run awk '/^\.Ss/ && before ~ /^\.Ss/ { print FILENAME ": nothing below " before }
		{ before = $0 }' "$SRCDIR"/man/*.[0-9]
	[ -z "$output" ] || { echo "$output"; false; }
}

@test "no column of a manual page has an apostrophe in its width, which groff 1.23 stops at" {
	run ! grep -n "^\.Bl .*-column.*'" "$SRCDIR"/man/*.[0-9]
}

# Prints a rendered page's lines that are longer than a terminal of 80 columns, which shows
# no overstriking, no colours and no targets of links.
too_wide() {
	sed 's/.\x08//g; s/\x1b\[[0-9;]*m//g; s/\x1b\]8;[^\x1b]*\x1b\\//g' | awk -v page="$1" 'length > 80 { print page ": " $0 }'
}

@test "every manual page fits 80 columns, without a warning of groff" {
	need mandoc
	need groff
	for page in "$SRCDIR"/man/*.[0-9]; do
		mandoc -Tascii -Owidth=80 "$page" 2>/dev/null | too_wide "mandoc, ${page##*/}"
		groff -mdoc -Tascii -ww -rLL=80n -rLT=80n "$page" 2>>"$BATS_TEST_TMPDIR/warnings" |
			too_wide "groff, ${page##*/}"
	done >"$BATS_TEST_TMPDIR/wide"
	cat "$BATS_TEST_TMPDIR/wide" "$BATS_TEST_TMPDIR/warnings"
	[ ! -s "$BATS_TEST_TMPDIR/wide" ] && [ ! -s "$BATS_TEST_TMPDIR/warnings" ]
}

# The help texts of vactl and its commands.
help_texts() {
	"$VACTL" --help
	for command in $("$VACTL" --help | sed -n '/^Commands:/,/^$/s/^ \([a-z]*\) .*/\1/p'); do
		"$VACTL" "$command" --help
	done
}

@test "vactl.1 has every option of vactl --help, and no other" {
	need mandoc
	help=$(help_texts | grep -oE -- '--[a-z][a-z-]+' | sort -u)
	page=$(manual vactl.1 | grep -oE -- '--[a-z][a-z-]+' | sort -u)
	[ -n "$help" ]
	diff <(echo "$help") <(echo "$page")
}

@test "vactl.1 has every column that vactl --help lists" {
	need mandoc
	page=$(manual vactl.1)
	for name in $(help_texts | sed -n 's/^ \([A-Z]*\)  *\*\{0,1\} .*/\1/p'); do
		grep -qw "$name" <<<"$page" || { echo "$name is not in vactl.1"; false; }
	done
}

@test "valimit.7 has every variable that the library reads" {
	need mandoc
	page=$(manual valimit.7)
	for name in $(grep -ohE '"(VA_LIMIT)?_?[A-Z_]+"' "$SRCDIR/lib/core/options.c" | tr -d '"'); do
		grep -q "VA_LIMIT_${name#VA_LIMIT_}\\b\|\\b$name\\b" <<<"$page" ||
			{ echo "$name is not in valimit.7"; false; }
	done
}

@test "a test program that dies halfway is a failure" {
	run -139 "$SRCDIR/tests/run-tap" sh -c 'echo 1..2; echo ok 1 - a; kill -SEGV $$'
	[[ $output == *1..2* ]]
}

@test "a test program that hangs is ended and is a failure" {
	TEST_TIMEOUT=1 run -124 "$SRCDIR/tests/run-tap" sleep 60
}

@test "the totals count results, and a build that broke is a failure" {
	totals=$SRCDIR/tests/run-totals
	mkdir -p "$BATS_TEST_TMPDIR/tests"
	cd "$BATS_TEST_TMPDIR"
	run -1 "$totals" .
	[ "${lines[-1]}" = "0 passed, 1 failed, 0 skipped" ]

	printf ':test-result: %s\n' 'PASS 1 a' 'SKIP 2 b' 'PASS 3 c' >tests/a.trs
	run -0 "$totals" .
	[ "${lines[-1]}" = "2 passed, 0 failed, 1 skipped" ]
	run -1 "$totals" . 2
	[ "${lines[-1]}" = "2 passed, 1 failed, 1 skipped" ]

	printf ':test-result: %s\n' 'FAIL 1 a' 'ERROR - too few tests run' >tests/b.trs
	echo 'what went wrong' >tests/b.log
	run -1 "$totals" . 2
	[[ $output == *"what went wrong"* ]]
	[ "${lines[-1]}" = "2 passed, 2 failed, 1 skipped" ]
}
