/* SPDX-License-Identifier: MIT */
/* Shell patterns, matched without libc: fnmatch() may allocate. */
#ifndef VALIMIT_CORE_GLOB_H
#define VALIMIT_CORE_GLOB_H

#include <stdbool.h>
#include <stddef.h>

/* Whether `text` matches the pattern of `length` bytes, whole: * is any run of
 * characters ('/' too), ? any one, [a-z] one of a set, [!a-z] one not of it.
 * A set without its end is a plain '['. Pure, async-signal-safe. */
bool glob_match(const char *pattern, size_t length, const char *text);

/* Whether `text` matches one of the ':'-separated patterns. */
bool glob_match_any(const char *patterns, const char *text);

#endif
