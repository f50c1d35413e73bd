/* SPDX-License-Identifier: MIT */
#include "launcher.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "beside.h"
#include "command.h"
#include "message.h"

int launcher_find(char path[PATH_MAX])
{
	beside_find("VACTL_LAUNCHER", "tools/launch/launch", VALIMIT_LAUNCHER, path);
	if (access(path, X_OK) == 0)
		return 0;
	message_print("run: cannot start the launcher %s: %s; install valimit, set VACTL_LAUNCHER to "
		      "the path of its program launch, or use --reach process", path,
		      strerror(errno));
	return STATUS_OWN;
}

/* The launcher's words are its own name, the file, and the program's words. */
static char **launcher_words(const char *launcher, const char *path, char **arguments)
{
	size_t count = 0;
	char **words;

	while (arguments[count])
		count++;
	words = memory_array(NULL, count + 3, sizeof(*words));
	words[0] = (char *)launcher;
	words[1] = (char *)path;
	memcpy(words + 2, arguments, (count + 1) * sizeof(*words));
	return words;
}

int launcher_run(const char *launcher, const char *path, char **arguments)
{
	char **words = launcher_words(launcher, path, arguments);

	execv(launcher, words);
	free(words);
	message_print("run: cannot start the launcher %s: %s", launcher, strerror(errno));
	return STATUS_OWN;
}
