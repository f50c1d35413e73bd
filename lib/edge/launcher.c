/* SPDX-License-Identifier: MIT */
#include "launcher.h"

#include <dlfcn.h>
#include <string.h>
#include <unistd.h>

#include "core/text.h"
#include "sys/sys.h"
#include "libc.h"

#define VARIABLE "VACTL_LAUNCHER="
#define BUILT_LIBRARY "/.libs/" /* libtool keeps a built library there until it is installed */
#define BUILT_LAUNCHER "/tools/launch/launch"
#define LAUNCHER_PATH_MAX 1024

static char path[LAUNCHER_PATH_MAX];

static const char *named(char *const *envp)
{
	for (; *envp; envp++) {
		const char *value = text_behind(*envp, VARIABLE);

		if (value && *value == '/')
			return value;
	}
	return NULL;
}

static long can_run(const char *file)
{
	return SYS(SYS_faccessat, AT_FDCWD, file, X_OK);
}

/* Makes a library's path absolute. ld.so's name for it may begin at the current directory,
 * which the program may change. Returns the path's length; 0: it does not fit. */
static size_t put_library(const char *name)
{
	size_t length = strlen(name);
	long start = 0;

	if (name[0] != '/') {
		start = SYS(SYS_getcwd, path, sizeof(path));
		if (start < 0)
			return 0;
		path[start - 1] = '/';
	}
	if ((size_t)start + length >= sizeof(path))
		return 0;
	memcpy(path + start, name, length + 1);
	return (size_t)start + length;
}

/* Finds the launcher of the build tree that contains the library. */
static bool seek_built(void)
{
	Dl_info library;
	const char *name;
	size_t at;

	if (!LIBC(dladdr)(path, &library) || !library.dli_fname || !put_library(library.dli_fname))
		return false;
	name = text_after(path, BUILT_LIBRARY);
	if (!name || strchr(name, '/'))
		return false;
	at = (size_t)(name - path) - strlen(BUILT_LIBRARY);
	if (at + sizeof(BUILT_LAUNCHER) > sizeof(path))
		return false;
	strcpy(path + at, BUILT_LAUNCHER);
	return can_run(path) == 0;
}

long launcher_seek(char *const *envp)
{
	const char *file = named(envp);

	if (!file && seek_built())
		return 0;
	if (!file)
		file = VALIMIT_LAUNCHER;
	if (strlen(file) >= sizeof(path))
		return -ENAMETOOLONG;
	strcpy(path, file);
	return can_run(path);
}

const char *launcher_path(void)
{
	return path;
}
