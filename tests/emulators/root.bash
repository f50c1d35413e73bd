# SPDX-License-Identifier: MIT
#
# A system of its own for the emulators: Debian's packages, unpacked into a folder
# of the cache with all that they need, and entered in namespaces. Nothing is
# installed here, and root is not needed where users may make namespaces.

source "${BASH_SOURCE[0]%/*}/../arm64/apt.bash"

# The packages that every part needs beside its own; the compiler makes the guests.
base_packages=(
	bash coreutils findutils gawk grep libc-bin libdw1 libelf1 libncurses6 libsmartcols1
	procps sed util-linux gcc gcc-multilib libc6-dev
)

say() {
	[ -z "$verbose" ] || printf 'emulators: %s\n' "$*" >&2
}

# A part cannot be had here, which is no failure of the tests.
unable() {
	printf '%s\n' "$*" >&2
	exit 77
}

keep() { # NEW PLACE
	rm -rf "$2.part" "$2"
	mv "$1" "$2.part"
	mv "$2.part" "$2"
}

# root_make PLACE PACKAGE...
root_make() {
	local place=$1 new

	shift
	apt_use "$codename"
	say "fetching $*"
	apt_fetch "$scratch/debs" "$machine" "$apt_dir/no-packages" "${base_packages[@]}" "$@"
	new=$scratch/root
	apt_unpack "$new" "$scratch"/debs/*.deb
	rm -r "$scratch/debs"
	mkdir -p "$new"/{dev,etc,proc,root,run,sys,tmp,var/tmp}
	printf '%s\n' 'root:x:0:0:root:/root:/bin/sh' >"$new/etc/passwd"
	printf '%s\n' 'root:x:0:' >"$new/etc/group"
	# Packages leave these to their installation.
	[ -e "$new/usr/bin/awk" ] || ln -s gawk "$new/usr/bin/awk"
	[ -e "$new/usr/bin/sh" ] || ln -s bash "$new/usr/bin/sh"
	keep "$new" "$place"
}

# root_ready NAME PACKAGE...: sets root, which is made once.
root_ready() {
	local name=$1 key

	shift
	key=$(printf '%s\n' "${base_packages[@]}" "$@" | sha256sum | cut -c1-12)
	root=$cache/root-$name-$codename-$key
	[ -d "$root" ] || root_make "$root" "$@"
}

# Namespaces that a user may have too; mounts in them are seen by nothing else.
namespaces() { # COMMAND...
	local -a own=()

	[ "$(id -u)" -eq 0 ] || own=(--user --map-root-user)
	unshare "${own[@]}" --mount --pid --fork --kill-child --propagation private "$@"
}

# inside COMMAND...: in the root, in the folder $work, with that, the checkout and
# the build at the same paths as here.
inside() {
	# shellcheck disable=SC2016 # for the inner shell
	namespaces bash -ec '
		root=$1
		mount --bind "$root" "$root"
		mount -t proc proc "$root/proc"
		mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
		mount -t tmpfs -o mode=755 tmpfs "$root/dev"
		for node in null zero full random urandom; do
			: >"$root/dev/$node"
			mount --bind "/dev/$node" "$root/dev/$node"
		done
		mkdir "$root/dev/shm"
		mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
		ln -s /proc/self/fd "$root/dev/fd"
		for folder in "$2" "$3" "$4"; do
			mkdir -p "$root$folder"
			mount --bind "$folder" "$root$folder"
		done
		folder=$4
		shift 4
		exec chroot "$root" /usr/bin/env -i --chdir="$folder" --default-signal PATH=/usr/sbin:/usr/bin \
			HOME="$folder" LANG=C.UTF-8 "$@"
	' - "$root" "$source" "$build" "$work" "$@"
}
