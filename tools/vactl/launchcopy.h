/* SPDX-License-Identifier: MIT */
/* A copy of the launcher with settings in its file. */
#ifndef VACTL_LAUNCHCOPY_H
#define VACTL_LAUNCHCOPY_H

/* Copies the launcher's file into memory, and into the copy the variables VA_LIMIT
 * and VA_LIMIT_* of this environment, the path of the preloaded library, and the
 * mark that tells the launcher from programs. Returns a descriptor to read from,
 * closed on exec, or -1 with *why: a phrase. */
int launchcopy_make(const char *launcher, const char *library, const char **why);

#endif
