# SPDX-License-Identifier: MIT
#
# The build for AArch64, with the root in the cache as the sysroot.

# The flags and the job server of an outer make are not for this one.
unset MAKEFLAGS MFLAGS MAKELEVEL DESTDIR CC CFLAGS CPPFLAGS LDFLAGS

# Where the root is another, nothing of an old build fits.
configure_fresh() {
	local triplet=aarch64-linux-gnu

	rm -rf "$build"
	mkdir -p "$build"
	printf '#!/bin/sh\nexec %s-gcc --sysroot="%s" "$@"\n' "$triplet" "$root" >"$build/cc"
	chmod +x "$build/cc"
	(cd "$build" && "$source/configure" -q --host="$triplet" --enable-werror CC="$build/cc" CFLAGS=-O2 \
		PKG_CONFIG_LIBDIR="$root/usr/lib/$triplet/pkgconfig:$root/usr/share/pkgconfig" \
		PKG_CONFIG_SYSROOT_DIR="$root") || return
	echo "$root" >"$build/root"
}

# The scenarios compile these programs when they start, since the guest has no compiler.
scenarios_prepare() {
	local made=$build/tests/prepared file

	[ -n "$(find "$source"/{include,lib,tests} "$build"/libvalimit*.a -newer "$made" 2>&1)" ] || return 0
	rm -rf "$made"
	for file in $(grep -lE '^	api_(build|compile) |^		api_compile ' "$source"/tests/scenarios/*.bats); do
		CC=$build/cc SRCDIR=$source BUILDDIR=$build GUEST=$build/tests/guest \
			VACTL=$build/vactl VALIMIT_LIB=$build/.libs/libvalimit.so \
			"$source/tests/arm64/scenario" --prepare "$file" "$made/${file##*/}" || return
	done
	touch "$made"
}

cross_build() { # TARGET...
	[ "$(cat "$build/root" 2>/dev/null)" = "$root" ] || configure_fresh || return
	make -s -C "$build" -j "$(nproc)" "$@"
}

cross_build_all() {
	cross_build all && make -s -C "$build" -j "$(nproc)" check TESTS= && scenarios_prepare
}
