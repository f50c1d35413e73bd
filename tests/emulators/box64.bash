# SPDX-License-Identifier: MIT
#
# box64, a client on the emulated arm64 kernel of tests/arm64, where addresses have
# 48 bits: Debian has it from trixie on.

source "$source/tests/arm64/parts.bash"
source "$source/tests/arm64/boot.bash"
source "$source/tests/arm64/cross.bash"

box64_suite=trixie
box64_packages=(
	bash box64 busybox-static coreutils diffutils gawk grep libc-bin libdw1t64 libelf1t64
	libncurses6 libsmartcols1 procps sed util-linux
)
# Programs that box64 runs.
x86_packages=(bash libc6 libpython3-stdlib python3-minimal)

# Of both kinds of machine in one root: the x86-64 part lies in /x86.
box64_root_make() { # PLACE
	local new=$scratch/box64-root cache=$cache/../valimit-emulators

	mkdir -p "$cache"
	apt_use "$box64_suite"
	apt_fetch "$scratch/arm64-debs" arm64 "$apt_dir/no-packages" "${box64_packages[@]}"
	apt_fetch "$scratch/x86-debs" amd64 "$apt_dir/no-packages" "${x86_packages[@]}"
	apt_unpack "$new" "$scratch"/arm64-debs/*_{arm64,all}.deb
	apt_unpack "$new/x86" "$scratch"/x86-debs/*.deb
	rm -r "$scratch/arm64-debs" "$scratch/x86-debs"
	rm -rf "$new"/usr/share/{locale,zoneinfo} "$new"/x86/usr/share "$new"/usr/lib/*/gconv \
		"$new"/x86/usr/lib/*/gconv "$new/var/cache"
	mkdir -p "$new"/{dev,etc,proc,root,run,sys,tmp,var/tmp} "$new/usr/lib/busybox"
	chmod 1777 "$new/tmp" "$new/var/tmp"
	echo 'root:x:0:0:root:/root:/bin/sh' >"$new/etc/passwd"
	echo 'root:x:0:' >"$new/etc/group"
	[ -e "$new/usr/bin/awk" ] || ln -s gawk "$new/usr/bin/awk"
	[ -e "$new/usr/bin/sh" ] || ln -s bash "$new/usr/bin/sh"
	pack "$new" >"$scratch/box64-root.cpio"
	rm -rf "$new"
	keep "$scratch/box64-root.cpio" "$1"
}

x86_guest() { # FOLDER
	mkdir -p "$1"
	rm -f "$1"/*
	gcc -std=gnu11 -O1 -D_GNU_SOURCE -o "$1/addresses" "$source/tests/emulators/addresses.c" \
		-lpthread -ldl
}

run_box64() {
	local cache=${cache%/*}/valimit-arm64 build=$build/arm64 key box status=0
	# Names that boot uses.
	local cpu=neoverse-n1 processors=1 append='' limit=3000 guest=''

	[ "$machine" = amd64 ] || unable "the programs that box64 runs are made on x86-64"
	key=$(printf '%s\n' "${box64_packages[@]}" "${x86_packages[@]}" | sha256sum | cut -c1-12)
	box=$cache/../valimit-emulators/root-box64-$box64_suite-$key.cpio
	mkdir -p "$cache"
	parts_ready "$codename" linux-image-cloud-arm64
	[ -e "$box" ] || box64_root_make "$box"
	cross_build all tests/guest/watchmaps >"$scratch/cross.log" 2>&1 ||
		{ cat "$scratch/cross.log" >&2; die "the build for AArch64 failed"; }
	x86_guest "$build/x86"
	root_packed=$box
	(
		trap '[ -z "$guest" ] || kill "$guest" 2>/dev/null' EXIT
		trap 'exit 143' TERM INT HUP
		boot "$source/tests/emulators/box64"
	) >"$scratch/box64.said" || status=$?
	grep '^row|' "$scratch/box64.said" || :
	grep -v '^row|' "$scratch/box64.said" >&2 || :
	return $status
}
