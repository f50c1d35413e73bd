/* SPDX-License-Identifier: MIT */
/* A copy of the launcher that brings its own settings. */
#ifndef VACTL_LAUNCHCOPY_H
#define VACTL_LAUNCHCOPY_H

/* Copies the launcher's file into memory, puts the variables VA_LIMIT and
 * VA_LIMIT_* of this environment into the copy, the path of the library that is
 * preloaded, and the mark that tells the launcher from programs. Returns a file
 * descriptor for reading, that exec closes, or -1 with *why: a phrase. */
int launchcopy_make(const char *launcher, const char *library, const char **why);

#endif
