/* SPDX-License-Identifier: MIT */
/* The other parts of valimit: the library; the launcher, which starts a program
 * wholly inside its window; and the program of vactl's other commands. */
#ifndef VACTL_PARTS_H
#define VACTL_PARTS_H

#include <limits.h>
#include <stdbool.h>

/* Finds a path: the one that the environment `variable` (NULL: none) names, else the
 * file `built` beside vactl in a build tree, else `installed`. */
void parts_find(const char *variable, const char *built, const char *installed,
		char path[PATH_MAX]);

/* The path of the library, and of the launcher: the one that $VACTL_LIBRARY or
 * $VACTL_LAUNCHER names, else the file beside vactl in a build tree, else the installed
 * one. Return 0, or the exit status after a message. */
int parts_library(char path[PATH_MAX]); /* absolute, and ld.so can preload it */
int parts_launcher(char path[PATH_MAX]);

/* Becomes the program at `path` by the launcher; `arguments` begin with argv[0]. Like
 * execvp(), gives a `plain` text without an interpreter to the shell. Returns the
 * exit status after a message. */
int parts_launch(const char *launcher, const char *path, bool plain, char **arguments);

#endif
