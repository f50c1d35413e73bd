/* SPDX-License-Identifier: MIT */
#include "initial_stack.h"

#include <string.h>

#include "core/handoff.h"
#include "core/text.h"

/* Takes away the variable that a failed launcher leaves: it is not for the program. */
static void drop_tried(char **environment)
{
	char **to = environment;

	for (char **at = environment; *at; at++)
		if (!text_behind(*at, HANDOFF_TRIED))
			*to++ = *at;
	*to = NULL;
}

struct initial_stack initial_read(uintptr_t *stack)
{
	struct initial_stack initial = { .words = (char **)(stack + 1), .count = *stack };
	char **end = initial.words + initial.count + 1;

	initial.environment = end;
	while (*end)
		end++;
	initial.auxv = (const Elf64_auxv_t *)(end + 1);
	while (initial.auxv[initial.auxv_count].a_type != AT_NULL)
		initial.auxv_count++;
	drop_tried(initial.environment);
	return initial;
}

uintptr_t initial_value(const struct initial_stack *initial, uint64_t type, uintptr_t otherwise)
{
	for (size_t i = 0; i < initial->auxv_count; i++)
		if (initial->auxv[i].a_type == type)
			return initial->auxv[i].a_un.a_val;
	return otherwise;
}

char *initial_variable(const struct initial_stack *initial, const char *name)
{
	size_t length = strlen(name);

	for (char **at = initial->environment; *at; at++)
		if (strlen(*at) > length && memcmp(*at, name, length) == 0 && (*at)[length] == '=')
			return *at + length + 1;
	return NULL;
}
