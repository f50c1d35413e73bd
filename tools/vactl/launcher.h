/* SPDX-License-Identifier: MIT */
/* Where the launcher is, which starts a program wholly inside its window. */
#ifndef VACTL_LAUNCHER_H
#define VACTL_LAUNCHER_H

#include <limits.h>

/* The launcher's path: $VACTL_LAUNCHER, else the one beside vactl in a build
 * tree, else where it was installed. Returns 0, or the exit status after a
 * message. */
int launcher_find(char path[PATH_MAX]);

/* Becomes the program at `path`, by the launcher; `arguments` begin with the
 * program's name for itself. Returns the exit status after a message. */
int launcher_run(const char *launcher, const char *path, char **arguments);

#endif
