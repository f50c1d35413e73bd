/* SPDX-License-Identifier: MIT */
#include "alias.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool alias_needed(const char *path)
{
	return strpbrk(path, " :");
}

static const char *parent_folder(void)
{
	const char *named = getenv("TMPDIR");

	return named && *named == '/' && !alias_needed(named) ? named : "/tmp";
}

/* What a program preloads runs with its user's rights, so the link lies where that
 * user alone makes names. Others may read it: the program may become another user. */
static int make_folder(const char *folder)
{
	struct stat status;

	if (mkdir(folder, 0755) && errno != EEXIST)
		return -errno;
	if (lstat(folder, &status))
		return -errno;
	if (!S_ISDIR(status.st_mode) || status.st_uid != geteuid() ||
	    status.st_mode & (S_IWGRP | S_IWOTH))
		return -EPERM;
	return 0;
}

static bool points_to(const char *link, const char *path)
{
	char text[PATH_MAX];
	ssize_t length = readlink(link, text, sizeof(text));

	return length == (ssize_t)strlen(path) && memcmp(text, path, (size_t)length) == 0;
}

/* In one step, for those that use the link meanwhile. */
static int replace_link(const char *link, const char *path)
{
	char fresh[PATH_MAX];
	int err;

	if (snprintf(fresh, sizeof(fresh), "%s.%ld", link, (long)getpid()) >= (int)sizeof(fresh))
		return -ENAMETOOLONG;
	if (symlink(path, fresh))
		return -errno;
	if (rename(fresh, link) == 0)
		return 0;
	err = -errno;
	unlink(fresh);
	return err;
}

int alias_make(char path[PATH_MAX])
{
	char link[PATH_MAX];
	struct stat status;
	int length, err;

	if (stat(path, &status))
		return -errno;
	length = snprintf(link, sizeof(link), "%s/valimit-%ld", parent_folder(), (long)geteuid());
	if (length >= (int)sizeof(link) - 64)
		return -ENAMETOOLONG;
	err = make_folder(link);
	if (err)
		return err;
	/* One name a file, so that libraries of several builds do not get in each other's way. */
	snprintf(link + length, sizeof(link) - (size_t)length, "/libvalimit-%jx-%jx.so",
		 (uintmax_t)status.st_dev, (uintmax_t)status.st_ino);
	err = points_to(link, path) ? 0 : replace_link(link, path);
	if (err == 0)
		strcpy(path, link);
	return err;
}
