/* SPDX-License-Identifier: MIT */
/* What the kernel has put on the stack: arguments, environment, auxiliary vector. */
#ifndef LAUNCH_GIVEN_H
#define LAUNCH_GIVEN_H

#include <elf.h>
#include <stddef.h>
#include <stdint.h>

struct given {
	char **words; /* arguments, NULL-terminated */
	size_t count;
	char **environment;
	const Elf64_auxv_t *auxv;
	size_t auxv_count; /* without AT_NULL */
};

struct given given_read(uintptr_t *stack);

/* The value of an entry of the auxiliary vector, or `otherwise`. */
uintptr_t given_value(const struct given *given, uint64_t type, uintptr_t otherwise);

/* The value of an environment variable; NULL: it is not set. */
char *given_variable(const struct given *given, const char *name);

#endif
