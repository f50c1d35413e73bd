/* SPDX-License-Identifier: MIT */
/* The kernel's list of this process's mappings, read without mapping anything. */
#ifndef TESTS_ORACLE_VMAS_H
#define TESTS_ORACLE_VMAS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mapping {
	uintptr_t start, end, offset;
	char perms[5];
	bool anonymous; /* no file is behind it */
	char name[27];  /* cut; "" where there is none */
};

/* A file of this name fills the places that a sequence must not get. */
#define VMAS_FILLER "/memfd:filler"

/* Reads the list; *count mappings, in ascending order, until the next call.
 * Ends the process where there are more than some thousand. */
const struct mapping *vmas_read(size_t *count);

/* Whether the mapping at the address has the word in its name: "huge" for huge
 * pages, "/SYSV" for a segment. */
bool vmas_named(uintptr_t address, const char *name);

bool vmas_is_filler(const struct mapping *mapping);

#endif
