# SPDX-License-Identifier: MIT
#
# What a boot needs, each made once and kept in the cache, complete or not at
# all: the tools that this machine lacks, a kernel, the root that is both the
# guest's file system and the cross-compiler's sysroot, and the former packed.

source "${BASH_SOURCE[0]%/*}/apt.bash"

tool_packages=(qemu-system-arm cpio gcc-aarch64-linux-gnu)
tool_commands=(qemu-system-aarch64 cpio aarch64-linux-gnu-gcc)
guest_packages=(
	bash binutils busybox-static coreutils diffutils findutils gawk grep libc-bin libc6
	libdrm2 libgcc-s1 libsmartcols1 perl-base procps python3 sed strace util-linux
)
# The packages that bootstrap needs for compiling.
mapfile -t header_packages < <(sed -n 's/^header .* //p' "$source/bootstrap" | sort -u)

say() {
	[ -z "$verbose" ] || printf 'arm64: %s\n' "$*" >&2
}

# A part cannot be had here, which is no failure of the tests.
unable() {
	printf 'arm64: %s\n' "$*" >&2
	exit 77
}

keep() { # NEW PLACE
	rm -rf "$2.part" "$2"
	mv "$1" "$2.part"
	mv "$2.part" "$2"
}

tools_here() {
	command -v "${tool_commands[@]}" >/dev/null &&
		[ "$(command -v "${tool_commands[@]}" | wc -l)" -eq ${#tool_commands[@]} ]
}

# Where this machine lacks one, those in the cache serve. Its own come first.
tools_ready() {
	! tools_here || return 0
	[ -d "$cache/tools" ] || tools_make
	export PATH=$PATH:$cache/tools/usr/bin
	export LD_LIBRARY_PATH=$cache/tools/usr/lib/$(uname -m)-linux-gnu
	tools_here || unable "${tool_commands[*]}: not all of them can be had"
}

# Unpacked, not installed.
tools_make() {
	local status new=$scratch/tools

	apt_use "$codename"
	eval "$(apt-config shell status Dir::State::status/f)"
	apt_fetch "$scratch/tools-debs" "$machine" "$status" "${tool_packages[@]}"
	apt_unpack "$new" "$scratch"/tools-debs/*.deb
	rm -r "$scratch/tools-debs"
	# The libraries of the sysroot, and not those that are made for this machine.
	rm -rf "$new"/usr/aarch64-linux-gnu/{include,lib}
	keep "$new" "$cache/tools"
}

# Of a kernel's modules those that tests ask for, and what these need, where the
# package has them: a DRM device without hardware, and interpreters of a user's own.
modules=(drm drm_kms_helper drm_shmem_helper vgem binfmt_misc)

# modules_take FOLDER: out of its lib/modules into its folder modules.
modules_take() {
	local name

	mkdir "$1/modules"
	for name in "${modules[@]}"; do
		find "$1/lib" "$1/usr/lib" -name "$name.ko*" -exec mv {} "$1/modules" \; 2>/dev/null || :
	done
	rm -rf "$1/lib" "$1/usr"
	! command -v xz >/dev/null || find "$1/modules" -name '*.xz' -exec xz -d {} +
}

# kernel_make SUITE PACKAGE PLACE; a meta package stands for the package that it depends on.
kernel_make() {
	local package new=$scratch/kernel

	apt_use "$1"
	package=$(apt-cache "${apt_options[@]}" -o APT::Architecture=arm64 \
		show --no-all-versions "$2" 2>/dev/null |
		sed -n 's/^Depends: \(linux-image-[^ ,]*\).*/\1/p' | head -n 1)
	mkdir "$new"
	(cd "$new" && apt-get "${apt_options[@]}" -o APT::Architecture=arm64 \
		download "${package:-$2}" >&2) || unable "$2 of $1 cannot be downloaded"
	dpkg-deb --fsys-tarfile "$new"/*.deb |
		tar -x --no-same-owner -C "$new" --wildcards './boot/vmlinuz-*' '*.ko*'
	rm "$new"/*.deb
	modules_take "$new"
	mv "$new"/boot/vmlinuz-* "$new/vmlinuz"
	rmdir "$new/boot"
	keep "$new" "$3"
}

# A link to /lib/… would be followed outside the sysroot.
links_relative() {
	local link target

	find "$1" -type l -lname '/*' | while IFS= read -r link; do
		target=$(readlink "$link")
		ln -sfn "$(realpath -m --relative-to="${link%/*}" "$1$target")" "$link"
	done
}

# root_make PLACE
root_make() {
	local new=$scratch/root

	apt_use "$codename"
	apt_fetch "$scratch/root-debs" arm64 "$apt_dir/no-packages" \
		"${guest_packages[@]}" "${header_packages[@]}"
	apt_unpack "$new" "$scratch"/root-debs/*.deb
	rm -r "$scratch/root-debs"
	links_relative "$new"
	mkdir -p "$new"/{dev,etc,proc,root,run,sys,tmp,var/tmp} "$new/usr/lib/busybox"
	chmod 1777 "$new/tmp" "$new/var/tmp"
	printf '%s\n' 'root:x:0:0:root:/root:/bin/sh' 'nobody:x:65534:65534:nobody:/:/bin/sh' \
		>"$new/etc/passwd"
	printf '%s\n' 'root:x:0:' 'nogroup:x:65534:' >"$new/etc/group"
	echo '127.0.0.1 localhost' >"$new/etc/hosts"
	# Packages leave these to their installation.
	[ -e "$new/usr/bin/awk" ] || ln -s gawk "$new/usr/bin/awk"
	[ -e "$new/usr/bin/sh" ] || ln -s bash "$new/usr/bin/sh"
	keep "$new" "$1"
}

# pack FOLDER [FIND-ARGUMENT...]: as an initramfs, to stdout.
pack() {
	(cd "$1" && shift && find . "$@" -print0 | sort -z |
		cpio --null --create --format=newc --owner=0:0 --quiet)
}

# The guest runs programs; the compilers stay here.
root_pack() { # ROOT PLACE
	pack "$1" \( -path ./usr/include -o -path ./usr/share/zoneinfo -o -path './usr/lib/*/gconv' \
		-o -path ./usr/lib/gcc -o -path ./var/cache \
		-o -path './usr/share/*-linux-gnu' -o -name '*.a' \) -prune -o >"$scratch/root.cpio"
	keep "$scratch/root.cpio" "$2"
}

# parts_ready SUITE PACKAGE: sets kernel, root and root_packed.
parts_ready() {
	local key

	key=$(printf '%s\n' "${guest_packages[@]}" "${header_packages[@]}" |
		cat - "${BASH_SOURCE[0]}" | sha256sum | cut -c1-12)
	kernel=$cache/kernel-$1-$2
	root=$cache/root-$codename-$key
	root_packed=$root.cpio
	exec 9>"$cache/lock"
	flock 9
	tools_ready
	[ -d "$kernel/modules" ] || kernel_make "$1" "$2" "$kernel"
	[ -d "$root" ] || root_make "$root"
	[ -e "$root_packed" ] || root_pack "$root" "$root_packed"
	exec 9>&-
}
