#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# What programs link with: pkg-config's words for the library, shared and static.

bats_require_minimum_version 1.7.0

load helpers

setup() {
	# An outer make's flags and job server are not for the makes in here.
	unset MAKEFLAGS MFLAGS MAKELEVEL DESTDIR CC CFLAGS CPPFLAGS LDFLAGS
	unset VA_LIMIT LD_PRELOAD
}

# Installs, and has pkg-config look there.
installed() {
	need pkg-config
	root=$BATS_TEST_TMPDIR/root
	make -s -C "$BUILDDIR" install DESTDIR="$root"
	pc=$(find "$root" -name valimit.pc)
	export PKG_CONFIG_PATH=${pc%/*} PKG_CONFIG_SYSROOT_DIR=$root
}

@test "a program compiles and links with what pkg-config says" {
	installed
	printf '#include <valimit.h>\nint main(void) { return 0; }\n' >"$root/use.c"
	# shellcheck disable=SC2046 # words on purpose
	gcc -Wall -Wextra -Werror -o "$root/use" "$root/use.c" -Wl,--no-as-needed \
		$(pkg-config --cflags --libs valimit)
	run -0 readelf -dW "$root/use"
	[[ $output == *libvalimit.so.0* ]]
}

# A program that says whether malloc's and mmap's memory is below 4 GiB: with limits
# of its own where it has an argument.
low_program() {
	cat >"$root/low.c" <<-'END'
		#include <stdlib.h>
		#include <valimit.h>
		int main(int argc, char **argv)
		{
			struct va_limit low = { 0x10000, 1UL << 32 };
			(void)argv;
			if (argc > 1 && prctl(PR_SET_VA_LIMITS, &low))
				return 2;
			void *volatile pages = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
			void *volatile memory = malloc(1 << 20);
			return !((uintptr_t)pages < low.upper_bound && (uintptr_t)memory < low.upper_bound);
		}
	END
}

@test "a program that is linked statically with what pkg-config says is confined" {
	installed
	low_program
	# shellcheck disable=SC2046 # words on purpose
	{
		gcc -static -o "$root/low" "$root/low.c" $(pkg-config --static --cflags --libs valimit)
		gcc -static -o "$root/low2" "$root/low.c" $(pkg-config --cflags --libs valimit-static)
		gcc -o "$root/low3" "$root/low.c" $(pkg-config --cflags --libs valimit-static)
	}
	for program in low low2 low3; do
		run -0 "$root/$program" limits
		VA_LIMIT=32bit run -0 "$root/$program"
		run -1 "$root/$program"
		run readelf -dW "$root/$program"
		[[ $output != *libvalimit.so* ]]
	done
}

@test "a program that calls nothing of the library is confined with valimit-static" {
	installed
	printf '%s\n' '#include <stdint.h>' '#include <stdlib.h>' \
		'int main(void) { void *volatile p = malloc(1 << 20); return (uintptr_t)p >> 32 ? 1 : 0; }' \
		>"$root/plain.c"
	# shellcheck disable=SC2046 # words on purpose
	gcc -static -o "$root/plain" "$root/plain.c" $(pkg-config --libs valimit-static)
	VA_LIMIT=32bit run -0 "$root/plain"
	run -1 "$root/plain"
}

@test "the README's program compiles as it stands, and does what it says" {
	installed
	sed -n '/^### An emulator that links/,/^### An emulator as it is/{/^    \$/d;s/^    //p}' "$SRCDIR/README.md" >"$root/readme.c"
	grep -q PR_SET_VA_LIMITS "$root/readme.c"
	# shellcheck disable=SC2046 # words on purpose
	gcc -Wall -Wextra -Werror -o "$root/readme" "$root/readme.c" $(pkg-config --cflags --libs valimit)
	LD_LIBRARY_PATH=${pc%/pkgconfig/*} run -0 "$root/readme"
}
