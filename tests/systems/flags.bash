# SPDX-License-Identifier: MIT
#
# Flags that distributions and users build with, each by a name, and what a build with
# them has to do, for systems.bats and check-flags. BELOW is tests/guest/below.py.

BELOW=$SRCDIR/tests/guest/below.py

# The strongest that the compiler and libc know.
fortify() {
	if echo '#include <stdlib.h>' | gcc -O2 -Werror -D_FORTIFY_SOURCE=3 -E -xc - >/dev/null 2>&1; then
		echo 3
	else
		echo 2
	fi
}

# Sets CC, CFLAGS and LDFLAGS; fails where there is no such name.
use_flags() { # NAME
	local hardening cf=

	[ "$(uname -m)" != x86_64 ] || cf=-fcf-protection
	hardening="-g -O2 -fexceptions -fstack-protector-strong -fstack-clash-protection $cf"
	hardening+=" -Wformat -Werror=format-security -Wp,-D_FORTIFY_SOURCE=$(fortify)"
	CC=gcc CFLAGS=-O2 LDFLAGS=
	case $1 in
	debian) # and Ubuntu, openSUSE
		CFLAGS="$hardening -flto=auto -ffat-lto-objects"
		LDFLAGS='-flto=auto -Wl,-Bsymbolic-functions -Wl,-z,relro -Wl,-z,now'
		;;
	fedora)
		CFLAGS="$hardening -flto=auto -ffat-lto-objects -fno-omit-frame-pointer"
		CFLAGS+=" -fasynchronous-unwind-tables -grecord-gcc-switches"
		LDFLAGS='-flto=auto -Wl,-z,relro -Wl,--as-needed -Wl,-z,pack-relative-relocs'
		LDFLAGS+=' -Wl,-z,now -Wl,--build-id=sha1'
		;;
	arch)
		CFLAGS="$hardening -fno-plt -flto=auto"
		LDFLAGS='-flto=auto -Wl,-O1 -Wl,--sort-common -Wl,--as-needed'
		LDFLAGS+=' -Wl,-z,relro -Wl,-z,now -Wl,-z,pack-relative-relocs'
		;;
	packed) LDFLAGS=-Wl,-z,pack-relative-relocs ;;
	clang) CC=clang CFLAGS='-O3 -march=native -fstack-protector-strong' ;;
	native) CFLAGS='-O3 -march=native' ;;
	strip | path) ;; # other things are done with these builds
	*) return 1 ;;
	esac
}

# Whether compiler and linker take what use_flags has set.
have_flags() {
	local made status

	made=$(mktemp) || return
	# shellcheck disable=SC2086 # words on purpose
	echo 'int main(void) { return 0; }' | $CC $CFLAGS $LDFLAGS -o "$made" -xc - 2>/dev/null
	status=$?
	rm -f "$made"
	return $status
}

# A Python program, not a wrapper that picks one.
below_python() {
	python3 -c 'import sys; print(sys.executable)'
}

# /bin/true, and a program that looks at its own addresses.
try_reach() { # VACTL REACH
	timeout 60 "$1" run --window 32bit --reach "$2" -- /bin/true &&
		timeout 60 "$1" run --window 32bit --reach "$2" -- "$(below_python)" "$BELOW" "$2"
}
