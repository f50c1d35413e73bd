/* SPDX-License-Identifier: MIT */
#include "run.h"

#include <elf.h>
#include <sys/auxv.h>
#include <sys/stat.h>

#include "command.h"
#include "elffile.h"

/* Finds a file of the build tree that vactl runs from, by its name in that tree. */
static bool find_built(const char *file, char path[PATH_MAX])
{
	size_t room = PATH_MAX - strlen(file) - 1;
	ssize_t length = readlink("/proc/self/exe", path, room);
	char *slash;

	/* There may be no /proc: the command has to live to say so. */
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

/* The reason why ld.so cannot preload a file; NULL: it can. */
static const char *why_unfit(const char *path)
{
	struct elffile elf, self;
	int err = elffile_load(path, &elf);

	if (err && err != -ENOEXEC)
		return strerror(-err);
	if (!err && elffile_load(ELFFILE_SELF, &self) == 0 && !elffile_alike(&elf, &self))
		return "it is a library for another machine";
	return err || elf.type != ET_DYN || elf.dynamic ? "it is no shared library" : NULL;
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

/* Makes the folder of the link. A preloaded library runs with its user's rights, so that
 * user alone may make names there. Others may read it: the program may become another
 * user. */
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
	char target[PATH_MAX];

	return realpath(link, target) && strcmp(target, path) == 0;
}

/* Replaces the link in one step, since other programs use it meanwhile. */
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
 * /tmp/valimit-UID. The link stays, since the program's children preload the library by it
 * too. Returns 0 or -errno: -EPERM if the folder is another user's, or other users can
 * write in it. */
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
	/* Each file has a name of its own: there may be libraries of several builds. */
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
			      "link to it can be made in valimit-%ld in $TMPDIR or /tmp: %s; put "
			      "it elsewhere and set VACTL_LIBRARY", path, (long)geteuid(),
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
	message_print("run: cannot start the launcher %s: %s; install valimit, set VACTL_LAUNCHER "
		      "to the path of its program launch, or use --reach process", path,
		      strerror(errno));
	return STATUS_OWN;
}
