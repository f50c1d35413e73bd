# SPDX-License-Identifier: MIT
#
# Programs that use <valimit.h>, in the ways in which it can be used.

# The ways: a linked library, a preloaded one that completes the program, both, and the static
# libraries with libc's names and without.
WAYS=(linked preloaded both static)

# api_compile OUTPUT SOURCE [OPTION]...
api_compile() {
	local output=$1 source=$2

	shift 2
	"${CC:-cc}" -std=gnu11 -O2 -D_GNU_SOURCE -DPACKAGE_VERSION="\"$(library_version)\"" \
		-I"$SRCDIR/lib" -I"$SRCDIR/include" -I"$SRCDIR/tests/guest" "$source" -o "$output" "$@"
}

library_version() {
	sed -n 's/^#define PACKAGE_VERSION "\(.*\)"/\1/p; s/^PACKAGE_VERSION = //p' "$BUILDDIR/Makefile"
}

# Makes the programs, of tests/guest, in the ways that the build does not make.
# To be called from setup_file.
api_build() {
	local name source folder=$BATS_FILE_TMPDIR

	mkdir -p "$folder/preloaded" "$folder/static"
	for name in "$@"; do
		source=$SRCDIR/tests/guest/$name.c
		api_compile "$folder/preloaded/$name" "$source" -DAPI_PRELOADED \
			-Wl,-z,dynamic-undefined-weak -lpthread -ldl
		api_compile "$folder/static/$name" "$source" "$BUILDDIR/libvalimit_interpose.a" \
			"$BUILDDIR/libvalimit.a" -lpthread -ldl
	done
}

# way WAY [NAME=VALUE]... PROGRAM [ARGUMENT]...
way() {
	local way=$1 program
	local -a set=()

	shift
	while [[ $1 == *=* ]]; do
		set+=("$1")
		shift
	done
	case $way in
	linked) program=$GUEST/$1 ;;
	both) program=$GUEST/$1 set+=(LD_PRELOAD="$VALIMIT_LIB") ;;
	preloaded) program=$BATS_FILE_TMPDIR/preloaded/$1 set+=(LD_PRELOAD="$VALIMIT_LIB") ;;
	static) program=$BATS_FILE_TMPDIR/static/$1 ;;
	esac
	shift
	timeout -k 5 60 env -u VA_LIMIT -u LD_PRELOAD "${set[@]}" "$program" "$@"
}

every_way() {
	local way

	for way in "${WAYS[@]}"; do
		way "$way" "$@" || fail "$way: $*"
	done
}
