/* SPDX-License-Identifier: MIT */
/* Where the other parts of valimit are. */
#ifndef VACTL_BESIDE_H
#define VACTL_BESIDE_H

#include <limits.h>

/* The path that the environment variable names; else that of a file in the
 * build tree that vactl runs from, by its name from there; else the one where it
 * is installed. Nobody has looked at it yet, unless it was found in a tree. */
void beside_find(const char *variable, const char *built, const char *installed,
		 char path[PATH_MAX]);

#endif
