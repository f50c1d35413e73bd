/* SPDX-License-Identifier: MIT */
/*
 * Another name for a file, for LD_PRELOAD, which is split at spaces and colons: a
 * symbolic link in $TMPDIR/valimit-UID, or /tmp/valimit-UID. It stays, since the
 * children of the program that is started preload the library by it too.
 */
#ifndef VACTL_ALIAS_H
#define VACTL_ALIAS_H

#include <limits.h>
#include <stdbool.h>

/* Whether ld.so takes the path for more than one. */
bool alias_needed(const char *path);

/* Puts such a link in the place of the path. 0 or -errno: -EPERM where the folder is
 * another user's, or other users can write in it. */
int alias_make(char path[PATH_MAX]);

#endif
