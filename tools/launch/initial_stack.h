/* SPDX-License-Identifier: MIT */
/* The stack as exec leaves it: arguments, environment, auxiliary vector. */
#ifndef LAUNCH_INITIAL_STACK_H
#define LAUNCH_INITIAL_STACK_H

#include <elf.h>
#include <stddef.h>
#include <stdint.h>

struct initial_stack {
	char **words; /* arguments, NULL-terminated */
	size_t count;
	char **environment;
	const Elf64_auxv_t *auxv;
	size_t auxv_count; /* without AT_NULL */
};

struct initial_stack initial_read(uintptr_t *stack);

/* The value of an entry of the auxiliary vector, or `otherwise`. */
uintptr_t initial_value(const struct initial_stack *initial, uint64_t type, uintptr_t otherwise);

/* The value of an environment variable; NULL: it is not set. */
char *initial_variable(const struct initial_stack *initial, const char *name);

#endif
