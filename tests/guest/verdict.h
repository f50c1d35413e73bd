/* SPDX-License-Identifier: MIT */
/* Whether a statement's result is the expected one, and how it is told. */
#ifndef TESTS_GUEST_VERDICT_H
#define TESTS_GUEST_VERDICT_H

#include "guest.h"
#include "words.h"

/* `length`: of the mapping, for "inside". */
static inline bool as_expected(const char *expected, long result, size_t length)
{
	bool failed = result < 0 && result > -4096;

	if (*expected == '!')
		return !as_expected(expected + 1, result, length);
	if (strcmp(expected, "ok") == 0)
		return !failed;
	if (strcmp(expected, "yes") == 0)
		return result == 1;
	if (strcmp(expected, "no") == 0)
		return result == 0;
	if (strcmp(expected, "inside") == 0)
		return !failed && bounds_hold(bounds_get(), (uintptr_t)result, length);
	if (*expected == 'E' && failed)
		return strcmp(expected, strerrorname_np((int)-result)) == 0;
	return *expected != 'E' && result == value(expected);
}

static inline void result_write(char *text, size_t size, long result)
{
	if (result < 0 && result > -4096)
		snprintf(text, size, "%s", strerrorname_np((int)-result));
	else
		snprintf(text, size, "0x%lx", result);
}

#endif
