/* SPDX-License-Identifier: MIT */
#include "privilege.h"

#include <linux/prctl.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "core/text.h"
#include "sys.h"

#define MAP_BYTES 4096 /* the kernel's limit for writers of the map */
#define MOUNT_NOSUID 2 /* the kernel's ST_NOSUID */

/* Whether the kernel would ignore the file's privileges. */
static bool ignored(int fd)
{
	struct statfs mount;

	return SYS(SYS_prctl, PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 ||
	       (SYS(SYS_fstatfs, fd, &mount) == 0 && mount.f_flags & MOUNT_NOSUID);
}

static uint64_t next_number(const char **at)
{
	uint64_t value = 0;

	while (**at == ' ')
		(*at)++;
	text_digits(*at, 10, at, &value);
	return value;
}

/* Whether a user namespace's map contains the id. Each line has the first id inside, the first
 * one outside, and the count. A file whose owner the namespace does not have shows the overflow
 * id, and gives no rights. */
static bool is_mapped(uint64_t id, const char *map)
{
	char text[MAP_BYTES + 1];
	long fd = sys_open(map, O_RDONLY | O_CLOEXEC);
	long length = fd < 0 ? fd : sys_read((int)fd, text, MAP_BYTES);

	if (fd >= 0)
		sys_close((int)fd);
	if (length < 0) /* the kernel has no user namespaces */
		return true;
	text[length] = 0;
	for (const char *at = text; *at;) {
		uint64_t first = next_number(&at), outside = next_number(&at);
		uint64_t count = next_number(&at);

		(void)outside;
		if (id >= first && id - first < count)
			return true;
		if (*at++ != '\n')
			break;
	}
	return length == MAP_BYTES; /* the map may continue */
}

static enum privilege by_mode(const struct stat *status)
{
	if (status->st_mode & S_ISUID && (long)status->st_uid != SYS(SYS_getuid, 0) &&
	    is_mapped(status->st_uid, "/proc/self/uid_map"))
		return PRIVILEGE_SETUID;
	if (status->st_mode & S_ISGID && status->st_mode & S_IXGRP &&
	    (long)status->st_gid != SYS(SYS_getgid, 0) &&
	    is_mapped(status->st_gid, "/proc/self/gid_map"))
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
