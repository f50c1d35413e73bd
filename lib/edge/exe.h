/* SPDX-License-Identifier: MIT */
/*
 * /proc/self/exe under the launcher. The link names the launcher, and only privileged processes
 * may change it (PR_SET_MM_EXE_FILE). So the library answers with the program's path instead.
 */
#ifndef VALIMIT_EDGE_EXE_H
#define VALIMIT_EDGE_EXE_H

#include <stdbool.h>
#include <stddef.h>

/* Whether `path` is a name of this process's executable. `path` must be readable.
 * Async-signal-safe. */
bool exe_named(const char *path);

/* Whether `path` is a name of this process's executable and the kernel would answer with the
 * launcher. `path` must be readable. Async-signal-safe. */
bool exe_hidden(const char *path);

/* Writes the program's path as the kernel names it, without a terminator, cut off at `size`.
 * Returns its length, or -errno. Async-signal-safe. */
long exe_path(char *to, size_t size);

#endif
