/* SPDX-License-Identifier: MIT */
#include "script.h"

#include <string.h>

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* The first character of [at, end) that is not a blank; `end`: there is none. */
static char *skip_blanks(char *at, char *end)
{
	while (at < end && is_blank(*at))
		at++;
	return at;
}

static char *skip_word(char *at, char *end)
{
	while (at < end && !is_blank(*at) && *at)
		at++;
	return at;
}

bool script_is(const char line[SCRIPT_BYTES])
{
	return line[0] == '#' && line[1] == '!';
}

bool script_read(char line[SCRIPT_BYTES], struct script *script)
{
	char *last = line + SCRIPT_BYTES - 1;
	char *end = memchr(line, '\n', SCRIPT_BYTES);
	char *name, *after;

	if (!script_is(line))
		return false;
	name = skip_blanks(line + 2, end ? end : last);
	/* Without a newline the line may continue behind the buffer. The kernel accepts cut
	 * arguments, but not a cut path (load_script()). */
	if (!end && skip_word(name, last) == last)
		return false;
	end = end ? end : last;
	while (end > line + 2 && is_blank(end[-1]))
		end--;
	if (name >= end)
		return false;
	after = skip_word(name, end);
	if (after == name)
		return false;
	*end = '\0';
	script->interpreter = name;
	script->argument = NULL;
	if (after < end && *after) {
		*after = '\0';
		script->argument = skip_blanks(after + 1, end);
	}
	return true;
}
