/* SPDX-License-Identifier: MIT */
#include "beside.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool find_built(const char *file, char path[PATH_MAX])
{
	ssize_t length = readlink("/proc/self/exe", path, PATH_MAX - strlen(file) - 1);
	char *slash;

	if (length < 0)
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
	const char *named = getenv(variable);

	if (named && *named)
		snprintf(path, PATH_MAX, "%s", named);
	else if (!find_built(built, path))
		snprintf(path, PATH_MAX, "%s", installed);
}
