#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# Programs that link with the library by pkg-config's words, shared and static.

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

@test "the example of an emulator has at most 150 lines, and runs as C and as C++, shared and static" {
	local source=$SRCDIR/tests/guest/smallguest.c window

	installed
	[ "$(wc -l <"$source")" -le 150 ]
	# shellcheck disable=SC2046 # words on purpose
	{
		gcc -std=gnu11 -Wall -Wextra -Wpedantic -Werror -o "$root/shared" "$source" \
			$(pkg-config --cflags --libs valimit) -Wl,-rpath,"${VALIMIT_LIB%/*}"
		gcc -static -o "$root/static" "$source" $(pkg-config --static --cflags --libs valimit)
		gcc -o "$root/plain" "$source" $(pkg-config --cflags valimit) \
			"$BUILDDIR/libvalimit.a" -lpthread -ldl
		if command -v g++ >/dev/null; then
			g++ -x c++ -std=c++11 -Wall -Wextra -Wpedantic -Wconversion -Werror -o "$root/cxx" \
				"$source" $(pkg-config --cflags --libs valimit) -Wl,-rpath,"${VALIMIT_LIB%/*}"
		fi
	}
	for program in shared static plain cxx; do
		[ "$program" != cxx ] || [ -e "$root/cxx" ] || continue
		for window in '' VA_LIMIT=47bit VA_LIMIT=32bit VA_LIMIT=0x200000000-0x240000000; do
			env $window "$root/$program" >"$root/said" || { echo "$program $window"; false; }
			[ "$(wc -l <"$root/said")" -ge 4 ]
		done
	done
}

@test "CMake's pkg_check_modules finds all that a program needs" {
	need cmake
	installed
	mkdir "$root/project"
	cat >"$root/project/CMakeLists.txt" <<-'END'
		cmake_minimum_required(VERSION 3.16)
		project(emulator C)
		find_package(PkgConfig REQUIRED)
		pkg_check_modules(VALIMIT REQUIRED IMPORTED_TARGET valimit)
		pkg_check_modules(VALIMIT_STATIC REQUIRED valimit-static)
		add_executable(emulator smallguest.c)
		target_link_libraries(emulator PRIVATE PkgConfig::VALIMIT)
		add_executable(embedded smallguest.c)
		target_include_directories(embedded PRIVATE ${VALIMIT_STATIC_INCLUDE_DIRS})
		target_link_libraries(embedded PRIVATE ${VALIMIT_STATIC_LDFLAGS})
	END
	cp "$SRCDIR/tests/guest/smallguest.c" "$root/project"
	cmake -S "$root/project" -B "$root/made" >"$root/said" 2>&1 || { cat "$root/said"; false; }
	cmake --build "$root/made" >"$root/said" 2>&1 || { cat "$root/said"; false; }
	LD_LIBRARY_PATH=${VALIMIT_LIB%/*} "$root/made/emulator"
	"$root/made/embedded"
}
