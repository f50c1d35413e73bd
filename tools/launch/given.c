/* SPDX-License-Identifier: MIT */
#include "given.h"

#include <string.h>

#include "core/launched.h"
#include "core/text.h"

/* What a failure of another launcher has left is not for the program. */
static void drop_tried(char **environment)
{
	char **to = environment;

	for (char **at = environment; *at; at++)
		if (!text_behind(*at, LAUNCHED_TRIED))
			*to++ = *at;
	*to = NULL;
}

struct given given_read(uintptr_t *stack)
{
	struct given given = { .words = (char **)(stack + 1), .count = *stack };
	char **end = given.words + given.count + 1;

	given.environment = end;
	while (*end)
		end++;
	given.auxv = (const Elf64_auxv_t *)(end + 1);
	while (given.auxv[given.auxv_count].a_type != AT_NULL)
		given.auxv_count++;
	drop_tried(given.environment);
	return given;
}

uintptr_t given_value(const struct given *given, uint64_t type, uintptr_t otherwise)
{
	for (size_t i = 0; i < given->auxv_count; i++)
		if (given->auxv[i].a_type == type)
			return given->auxv[i].a_un.a_val;
	return otherwise;
}

char *given_variable(const struct given *given, const char *name)
{
	size_t length = strlen(name);

	for (char **at = given->environment; *at; at++)
		if (strlen(*at) > length && memcmp(*at, name, length) == 0 && (*at)[length] == '=')
			return *at + length + 1;
	return NULL;
}
