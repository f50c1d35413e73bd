/* SPDX-License-Identifier: MIT */
/* Where libvalimit.so is. */
#ifndef VACTL_LIBRARY_H
#define VACTL_LIBRARY_H

#include <limits.h>

/* The library's absolute path, of a file that ld.so can preload here:
 * $VACTL_LIBRARY, else the one beside vactl in a build tree, else where it was
 * installed. Returns 0, or the exit status after a message. */
int library_find(char path[PATH_MAX]);

#endif
