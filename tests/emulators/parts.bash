# SPDX-License-Identifier: MIT
#
# The clients: part_NAME prints the rows of each.

# Programs that emulators run: $work has them.
make_guests() {
	local -a flags=(-std=gnu11 -O1 -D_GNU_SOURCE)

	enter gcc "${flags[@]}" -o "$work/addresses" "$source/tests/emulators/addresses.c" -lpthread -ldl &&
		enter gcc "${flags[@]}" -DSTATIC -static -o "$work/addresses-static" \
			"$source/tests/emulators/addresses.c" -lpthread &&
		enter gcc "${flags[@]}" -o "$work/fivefiles" "$source/tests/guest/fivefiles.c" &&
		enter gcc "${flags[@]}" -o "$work/sixgig" "$source/tests/guest/sixgig.c"
}

# Where the emulator has moved its guest as a whole, the guest's addresses are not
# those of the machine, and the mappings alone tell: a guest of 32 bits, and one that
# is linked to fixed addresses outside the window.
part_qemu() {
	local processor

	processor=$(uname -m)

	root_ready qemu qemu-user
	make_guests
	options=(--inherit no)
	client "qemu-$processor, dynamic" '32bit 39bit 4G-2^46' "qemu-$processor" ./addresses addresses.list
	client "qemu-$processor, static" '32bit 39bit' "qemu-$processor" ./addresses-static addresses.list
	client "qemu-$processor, static" 4G-2^46 "qemu-$processor" ./addresses-static /dev/null
	client "qemu-$processor, five files" '32bit 39bit 4G-2^46' sh -c "qemu-$processor ./fivefiles /tmp >places"
	client "qemu-$processor, 6 GiB" '39bit 4G-2^46' "qemu-$processor" ./sixgig 100 wander
	[ "$processor" = x86_64 ] || return 0
	enter gcc -std=gnu11 -O1 -m32 -o "$work/addresses-i386" "$source/tests/emulators/addresses.c" -lpthread -ldl
	client 'qemu-i386, dynamic' '39bit 4G-2^46' qemu-i386 ./addresses-i386 /dev/null
}

# The actions of a package's installation.
wine_finish() {
	local from=$root/usr/x86_64-w64-mingw32/lib/zlib1.dll
	local to=$root/usr/lib/x86_64-linux-gnu/wine/x86_64-windows/zlib1.dll

	[ ! -e "$to" ] || return 0
	{
		head -c 64 "$from"
		printf 'Wine builtin DLL\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0'
		tail -c +97 "$from"
	} >"$to.new"
	mv "$to.new" "$to"
}

part_wine() {
	local wine=/usr/lib/wine/wine64

	[ "$(uname -m)" = x86_64 ] || unable "wine64 is for x86-64"
	root_ready wine wine64
	wine_finish
	settings=(WINEPREFIX="$work/wine" WINEDEBUG=-all)
	enter sh -c "$wine cmd /c exit; /usr/lib/wine/wineserver -w" >/dev/null 2>&1
	client 'wine64 cmd /c' '36bit 39bit' $wine cmd /c 'echo hello & ver'
	rm -rf "$work/wine"
}

part_mesa() {
	root_ready mesa libgl1-mesa-dri mesa-utils mesa-vulkan-drivers vulkan-tools x11-xkb-utils xkb-data xvfb
	before=("$source/tests/emulators/display")
	client 'glxgears, llvmpipe' '32bit 39bit 4G-2^46' "$source/tests/emulators/frames" glxgears -info
	client 'vkcube, lavapipe' '32bit 39bit 4G-2^46' vkcube --c 20
}
