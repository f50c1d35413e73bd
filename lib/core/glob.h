/* SPDX-License-Identifier: MIT */
/* Shell patterns, matched without fnmatch(), which may allocate. */
#ifndef VALIMIT_CORE_GLOB_H
#define VALIMIT_CORE_GLOB_H

#include <stdbool.h>
#include <stddef.h>

/* Whether the pattern of `length` bytes matches the whole of `text`: * is any run of characters
 * ('/' too), ? any one, [a-z] one in a set, [!a-z] one outside it. A '[' without its ']' is a
 * plain character. Pure, async-signal-safe. */
bool glob_match(const char *pattern, size_t length, const char *text);

/* Whether `text` matches one of the ':'-separated patterns. */
bool glob_match_any(const char *patterns, const char *text);

#endif
