/* SPDX-License-Identifier: MIT */
#include "rules.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/glob.h"
#include "message.h"

/* Larger ones the kernel does not start a program with, on most machines. */
#define ENVIRONMENT_MAX (2UL << 20)

/* All of it, with zeroes between and at the end; "" where it cannot be read. */
static char *read_environment(int pid, size_t *length)
{
	char *text = memory_array(NULL, ENVIRONMENT_MAX + 2, 1), path[32];
	ssize_t got = 0;
	int fd;

	*length = 0;
	snprintf(path, sizeof(path), "/proc/%d/environ", pid);
	fd = pid ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	while (fd >= 0 && *length < ENVIRONMENT_MAX &&
	       (got = read(fd, text + *length, ENVIRONMENT_MAX - *length)) > 0)
		*length += (size_t)got;
	if (fd >= 0)
		close(fd);
	text[*length] = 0;
	return text;
}

/* The value of a variable; NULL: unset, or empty, which counts as unset. */
static const char *find_variable(const char *text, size_t length, const char *name)
{
	size_t size = strlen(name);

	for (const char *at = text; at < text + length; at += strlen(at) + 1)
		if (strncmp(at, name, size) == 0 && at[size] == '=')
			return at[size + 1] ? at + size + 1 : NULL;
	return NULL;
}

static bool matches(const char *globs, const char *path)
{
	const char *slash = strrchr(path, '/');

	return glob_match_any(globs, path) || (slash && glob_match_any(globs, slash + 1));
}

static char *why_host(const char *host, const char *guest, const char *path)
{
	if (host && matches(host, path))
		return memory_text("VA_LIMIT_HOST=%s has the file that called", host);
	if (guest && !matches(guest, path))
		return memory_text("VA_LIMIT_GUEST=%s does not have the file that called", guest);
	return memory_text("the call was in a host scope (valimit_host_enter) or had a range outside "
			   "the window");
}

static char *why_guest(const char *host, const char *guest, const char *path)
{
	if (guest && matches(guest, path))
		return memory_text("VA_LIMIT_GUEST=%s has the file that called", guest);
	if (host || guest)
		return memory_text("no rule has the file that called for a host's");
	return memory_text("calls are guests' unless something says that they are host, and nothing "
			   "did");
}

char *rules_why(const struct reading *reading, const struct detail *detail)
{
	const struct procmaps_line *owner = vmas_find(&reading->vmas, detail->caller);
	char *path = owner ? memory_text("%.*s", (int)owner->name_length, owner->name) :
			     memory_text("%s", "");
	const char *host, *guest;
	char *environment, *why;
	size_t length;

	environment = read_environment(reading->target.pid, &length);
	host = find_variable(environment, length, "VA_LIMIT_HOST");
	guest = find_variable(environment, length, "VA_LIMIT_GUEST");
	why = detail->kind == KIND_HOST ? why_host(host, guest, path) :
					  why_guest(host, guest, path);
	free(environment);
	free(path);
	return why;
}
