# SPDX-License-Identifier: MIT
#
# Roots of other systems, for check-systems and check-packages: what debootstrap makes
# stays in a folder for the next time, SYSTEM.tar; a root is made of it, and goes.
# $check is the name of the check.

root=   # of the system that is being tested
folder= # where roots are made

die() {
	echo "$check: $*" >&2
	exit 1
}

# Only files of this file system: a mount that a failure has left stays as it is.
remove_root() {
	[ -z "$root" ] || rm -rf --one-file-system "$root"
	root=
}

use_folder() { # FOLDER
	[ "$(id -u)" -eq 0 ] || die "root makes the systems: run this as root"
	command -v debootstrap >/dev/null || die "debootstrap is missing: install it"
	mkdir -p "$1"
	folder=$(cd "$1" && pwd)
	trap remove_root EXIT
}

make_base() { # SYSTEM
	[ ! -e "$folder/$1.tar" ] || return 0
	echo "== $1: debootstrap" >&2
	debootstrap --variant=minbase "$1" "$root" ${MIRROR:+"$MIRROR"} >"$folder/$1.debootstrap.log" 2>&1 ||
		return
	tar -C "$root" -cf "$folder/$1.tar.new" . && mv "$folder/$1.tar.new" "$folder/$1.tar"
}

allow_old_state() {
	[ -z "${MIRROR-}" ] ||
		echo 'Acquire::Check-Valid-Until "false";' >"$root/etc/apt/apt.conf.d/old-state"
}

make_root() { # SYSTEM
	root=$(mktemp -d "$folder/$1.XXXXXX")
	chmod 755 "$root"
	make_base "$1" || return
	[ -e "$root/bin" ] || tar -C "$root" -xf "$folder/$1.tar"
	allow_old_state
}

# In namespaces of its own, so that nothing of it is mounted for others, and by
# pivot_root, since a process in a chroot may make no user namespace.
inside() { # COMMAND...
	cp -L /etc/resolv.conf "$root/etc/resolv.conf"
	mkdir -p "$root/src"
	# shellcheck disable=SC2016 # for the inner shell
	unshare --mount --pid --fork --kill-child bash -ec '
		mount --make-rprivate /
		mount --bind "$1" "$1"
		cd "$1"
		mount -t proc proc proc
		mount -t sysfs -o ro sysfs sys
		mount -t tmpfs -o mode=755 tmpfs dev
		for node in null:3 zero:5 full:7 random:8 urandom:9; do
			mknod -m 666 "dev/${node%:*}" c 1 "${node#*:}"
		done
		mknod -m 666 dev/tty c 5 0
		mkdir dev/pts dev/shm old
		mount -t devpts -o newinstance,ptmxmode=0666 devpts dev/pts
		mount -t tmpfs -o mode=1777 tmpfs dev/shm
		ln -s pts/ptmx dev/ptmx
		ln -s /proc/self/fd dev/fd
		pivot_root . old
		shift
		exec chroot . sh -c "umount -l /old && rmdir /old && cd /src && exec \"\$@\"" - \
			env -i --default-signal PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 TERM=dumb "$@"
	' - "$root" "$@"
}
