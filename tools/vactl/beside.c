/* SPDX-License-Identifier: MIT */
#include "beside.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

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

void beside_find(const char *variable, const char *built, const char *installed,
		 char path[PATH_MAX])
{
	const char *named = variable ? getenv(variable) : NULL;

	if (named && *named)
		snprintf(path, PATH_MAX, "%s", named);
	else if (!find_built(built, path))
		snprintf(path, PATH_MAX, "%s", installed);
}
