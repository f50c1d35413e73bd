/* SPDX-License-Identifier: MIT */
#include "preload.h"

#include <string.h>
#include <sys/stat.h>

#include "sys/sys.h"

#define VARIABLE "LD_PRELOAD"

static bool is_file(int fd, const char *path)
{
	struct stat a, b;

	return SYS(SYS_fstat, fd, &a) == 0 && SYS(SYS_newfstatat, AT_FDCWD, path, &b, 0) == 0 &&
	       a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

/* Takes the first word out of LD_PRELOAD: vactl has put the library there. */
static void drop(char *list, const char *library)
{
	size_t length = strlen(library), rest;

	if (strlen(list) < length || memcmp(list, library, length) != 0)
		return;
	if (list[length] != '\0' && list[length] != ':')
		return;
	rest = length + (list[length] == ':');
	memmove(list, list + rest, strlen(list + rest) + 1);
}

void preload_settle(const struct initial_stack *initial, const struct program *program)
{
	const char *library = settings_own(SETTINGS_LIBRARY);
	const char *loader = settings_own(SETTINGS_LOADER);
	char *list;

	if (!library || !loader || program->interpreter_fd < 0 ||
	    is_file(program->interpreter_fd, loader))
		return;
	list = initial_variable(initial, VARIABLE);
	if (list)
		drop(list, library);
}
