/* SPDX-License-Identifier: MIT */
#include "parts.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <paths.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command.h"
#include "elffile.h"
#include "message.h"

/* A file of the build tree that vactl runs from, by its name in that tree. */
static bool find_built(const char *file, char path[PATH_MAX])
{
	size_t room = PATH_MAX - strlen(file) - 1;
	ssize_t length = readlink("/proc/self/exe", path, room);
	char *slash;

	/* Without /proc, whose absence the command has to tell of. */
	if (length < 0)
		length = snprintf(path, room, "%s", (const char *)getauxval(AT_EXECFN));
	if (length < 0 || (size_t)length >= room)
		return false;
	path[length] = 0;
	slash = strrchr(path, '/');
	if (!slash)
		return false;
	strcpy(slash + 1, file);
	return access(path, F_OK) == 0;
}

void parts_find(const char *variable, const char *built, const char *installed,
		char path[PATH_MAX])
{
	const char *named = variable ? getenv(variable) : NULL;

	if (named && *named)
		snprintf(path, PATH_MAX, "%s", named);
	else if (!find_built(built, path))
		snprintf(path, PATH_MAX, "%s", installed);
}

/* Why ld.so cannot preload it; NULL: it can. */
static const char *why_unfit(const char *path)
{
	struct elffile elf, self;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int err;

	if (fd < 0)
		return strerror(errno);
	err = elffile_read(fd, &elf);
	close(fd);
	if (err)
		return err == -ENOEXEC ? "it is no shared library" : strerror(-err);
	if (elffile_self(&self) == 0 && !elffile_alike(&elf, &self))
		return "it is a library for another machine";
	return elf.type != ET_DYN || elf.dynamic ? "it is no shared library" : NULL;
}

/* --- another name, for LD_PRELOAD ------------------------------------------- */

/* Whether ld.so takes the path for more than one. */
static bool splits(const char *path)
{
	return strpbrk(path, " :");
}

static const char *parent_folder(void)
{
	const char *named = getenv("TMPDIR");

	return named && *named == '/' && !splits(named) ? named : "/tmp";
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

/* Puts another name in the place of the path: a symbolic link in $TMPDIR/valimit-UID or
 * /tmp/valimit-UID. It stays, since the children of the program that is started preload
 * the library by it too. Returns 0 or -errno: -EPERM if the folder is another user's, or
 * other users can write in it. */
static int make_alias(char path[PATH_MAX])
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

/* --- the library and the launcher -------------------------------------------- */

int parts_library(char path[PATH_MAX])
{
	char found[PATH_MAX];
	const char *why;
	int err = 0;

	/* libtool keeps a built library in .libs until it is installed. */
	parts_find("VACTL_LIBRARY", ".libs/libvalimit.so", VALIMIT_LIBRARY, found);
	/* Absolute: the program may look for it from another folder. */
	why = realpath(found, path) ? why_unfit(path) : strerror(errno);
	if (!why && splits(path))
		err = make_alias(path);
	if (why)
		message_print("run: cannot preload the library %s: %s; install valimit, or set "
			      "VACTL_LIBRARY to the path of libvalimit.so", found, why);
	else if (err)
		message_print("run: cannot preload the library %s: ld.so splits its path, and no "
			      "link to it can be made in valimit-%ld in $TMPDIR or /tmp: %s; put it "
			      "elsewhere and set VACTL_LIBRARY", path, (long)geteuid(),
			      strerror(-err));
	else
		return 0;
	return STATUS_OWN;
}

int parts_launcher(char path[PATH_MAX])
{
	parts_find("VACTL_LAUNCHER", "tools/launch/launch", VALIMIT_LAUNCHER, path);
	if (access(path, X_OK) == 0)
		return 0;
	message_print("run: cannot start the launcher %s: %s; install valimit, set VACTL_LAUNCHER to "
		      "the path of its program launch, or use --reach process", path,
		      strerror(errno));
	return STATUS_OWN;
}

int parts_launch(const char *launcher, const char *path, bool plain, char **arguments)
{
	size_t count = 0, used = 0;
	char **words;

	while (arguments[count])
		count++;
	/* The launcher's own name, the file, and the program's words. */
	words = memory_array(NULL, count + 5, sizeof(*words));
	words[used++] = (char *)launcher;
	words[used++] = (char *)(plain ? _PATH_BSHELL : path);
	words[used++] = plain ? (char *)_PATH_BSHELL : arguments[0];
	if (plain)
		words[used++] = (char *)path;
	memcpy(words + used, arguments + 1, count * sizeof(*words));
	execv(launcher, words);
	free(words);
	message_print("run: cannot start the launcher %s: %s", launcher, strerror(errno));
	return STATUS_OWN;
}
