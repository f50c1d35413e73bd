/* SPDX-License-Identifier: MIT */
/*
 * /proc/self/exe under the launcher. The kernel lets only the privileged change
 * what it names (PR_SET_MM_EXE_FILE); for all others it names the launcher, and
 * the library tells the program's path in its place.
 */
#ifndef VALIMIT_EDGE_EXE_H
#define VALIMIT_EDGE_EXE_H

#include <stdbool.h>
#include <stddef.h>

/* Whether `path` is a name of this process's own executable. `path` must be
 * readable. Async-signal-safe. */
bool exe_named(const char *path);

/* Whether `path` is a name of this process's own executable, and the kernel
 * would answer with the launcher. `path` must be readable. Async-signal-safe. */
bool exe_hidden(const char *path);

/* The program's own path as the kernel names it, without a terminator, cut off
 * at `size`. Its length in `to`, or -errno. Async-signal-safe. */
long exe_path(char *to, size_t size);

#endif
