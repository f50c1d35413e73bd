/* SPDX-License-Identifier: MIT */
#include "inherit.h"

#include <stdbool.h>
#include <string.h>

#include "core/text.h"

#define PRELOAD "LD_PRELOAD="

/* Whether an entry of LD_PRELOAD is the library, by its file's name. */
static bool is_library(const char *entry, size_t length)
{
	static const char name[] = "libvalimit.so";
	const char *file = entry + length;

	while (file > entry && file[-1] != '/')
		file--;
	length -= (size_t)(file - entry);
	return length >= sizeof(name) - 1 && memcmp(file, name, sizeof(name) - 1) == 0;
}

/* Removes the library from a list whose entries end with colons or spaces. True if entries are
 * left. */
static bool drop_library(char *list)
{
	char *to = list;

	for (size_t length; *list; list += length) {
		length = strcspn(list, ": ");
		if (is_library(list, length)) {
			length += list[length] != '\0';
			continue;
		}
		length += list[length] != '\0';
		memmove(to, list, length);
		to += length;
	}
	*to = '\0';
	return to[-1] != '=';
}

void inherit_nothing(char **envp)
{
	char **to = envp;

	for (; *envp; envp++) {
		char *list = (char *)text_behind(*envp, PRELOAD);

		if (list ? drop_library(list) : !text_behind(*envp, "VA_LIMIT"))
			*to++ = *envp;
	}
	*to = NULL;
}
