/* SPDX-License-Identifier: MIT */
#include "ordinary.h"

#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "core/size.h"
#include "sys/device.h"
#include "sys/sys.h"

/* File systems of <linux/magic.h> whose mmap operation refuses nothing (Linux 6.1 to 6.18),
 * except ext4's after a shutdown, and before 6.14 tmpfs's for sealed memory files. File
 * systems whose operation asks a server (nfs, cifs, 9p, ceph, fuse), another file system
 * (overlayfs) or a state of its own (f2fs) are not listed. */
static const unsigned long ordinary[] = {
	0xef53,     /* ext2, ext3, ext4 */
	0x58465342, /* xfs */
	0x9123683e, /* btrfs */
	0x01021994, /* tmpfs, memfd */
	0x73717368, /* squashfs */
	0xe0f5e1e2, /* erofs */
};

static bool is_ordinary(unsigned long type)
{
	for (size_t i = 0; i < ARRAY_SIZE(ordinary); i++)
		if (type == ordinary[i])
			return true;
	return false;
}

bool ordinary_file(int fd)
{
	static uint64_t known[8];
	struct statfs system;
	struct stat facts;
	uint64_t *slot;

	if (SYS(SYS_fstat, fd, &facts) < 0 || !S_ISREG(facts.st_mode))
		return false;
	/* A block device keeps its number; the kernel reuses numbers of file systems
	 * without a device. */
	slot = &known[device_minor(facts.st_dev) % ARRAY_SIZE(known)];
	if (device_major(facts.st_dev) && __atomic_load_n(slot, __ATOMIC_RELAXED) == facts.st_dev)
		return true;
	if (SYS(SYS_fstatfs, fd, &system) < 0 || !is_ordinary((unsigned long)system.f_type))
		return false;
	__atomic_store_n(slot, facts.st_dev, __ATOMIC_RELAXED);
	return true;
}
