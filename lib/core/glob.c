/* SPDX-License-Identifier: MIT */
#include "glob.h"

#include <string.h>

/* The index behind the set that opens at `at`; 0: the set has no end. */
static size_t set_end(const char *pattern, size_t length, size_t at)
{
	size_t i = at + 1;

	if (i < length && pattern[i] == '!')
		i++;
	if (i < length && pattern[i] == ']')
		i++; /* a ']' that comes first is a member of the set */
	while (i < length && pattern[i] != ']')
		i++;
	return i < length ? i + 1 : 0;
}

static bool in_set(const char *pattern, size_t at, size_t end, char c)
{
	size_t i = at + 1;
	bool negated = pattern[i] == '!';
	bool found = false;

	if (negated)
		i++;
	while (i < end - 1) {
		char low = pattern[i], high = low;

		if (i + 2 < end - 1 && pattern[i + 1] == '-') {
			high = pattern[i + 2];
			i += 2;
		}
		found |= low <= c && c <= high;
		i++;
	}
	return found != negated;
}

/* Matches one character against the pattern's item at *at, and moves *at behind the item. */
static bool match_one(const char *pattern, size_t length, size_t *at, char c)
{
	size_t end;

	if (pattern[*at] == '[' && (end = set_end(pattern, length, *at)) != 0) {
		bool matches = in_set(pattern, *at, end, c);

		*at = end;
		return matches;
	}
	return pattern[(*at)++] == '?' || pattern[*at - 1] == c;
}

bool glob_match(const char *pattern, size_t length, const char *text)
{
	size_t at = 0, star = length + 1;
	const char *again = NULL;

	/* The latest star takes as few characters as possible, and one more whenever the rest
	 * does not match. Earlier stars need no second try. */
	while (*text) {
		size_t next = at;

		if (at < length && pattern[at] == '*') {
			star = at++;
			again = text;
		} else if (at < length && match_one(pattern, length, &next, *text)) {
			at = next;
			text++;
		} else if (again) {
			at = star + 1;
			text = ++again;
		} else {
			return false;
		}
	}
	while (at < length && pattern[at] == '*')
		at++;
	return at == length;
}

bool glob_match_any(const char *patterns, const char *text)
{
	while (*patterns) {
		size_t length = strcspn(patterns, ":");

		if (length && glob_match(patterns, length, text))
			return true;
		patterns += length + (patterns[length] == ':');
	}
	return false;
}
