/* SPDX-License-Identifier: MIT */
#include "privilege.h"

#include <linux/prctl.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "sys.h"

#define MOUNT_NOSUID 2 /* the kernel's ST_NOSUID */

/* Whether the kernel would take no notice of what the file says. */
static bool ignored(int fd)
{
	struct statfs mount;

	return SYS(SYS_prctl, PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 ||
	       (SYS(SYS_fstatfs, fd, &mount) == 0 && mount.f_flags & MOUNT_NOSUID);
}

static enum privilege by_mode(const struct stat *status)
{
	if (status->st_mode & S_ISUID && (long)status->st_uid != SYS(SYS_getuid, 0))
		return PRIVILEGE_SETUID;
	if (status->st_mode & S_ISGID && status->st_mode & S_IXGRP &&
	    (long)status->st_gid != SYS(SYS_getgid, 0))
		return PRIVILEGE_SETGID;
	return PRIVILEGE_SAME;
}

enum privilege privilege_gained(int fd)
{
	enum privilege gained;
	struct stat status;

	if (SYS(SYS_fstat, fd, &status) < 0)
		return PRIVILEGE_SAME;
	gained = by_mode(&status);
	if (gained == PRIVILEGE_SAME && SYS(SYS_getuid, 0) != 0 &&
	    SYS(SYS_fgetxattr, fd, "security.capability", 0, 0) > 0)
		gained = PRIVILEGE_CAPABLE;
	return gained == PRIVILEGE_SAME || ignored(fd) ? PRIVILEGE_SAME : gained;
}
