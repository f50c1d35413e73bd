/* SPDX-License-Identifier: MIT */
/* In which windows, and how confined, the two processes are compared. */
#ifndef TESTS_ORACLE_CONFIG_H
#define TESTS_ORACLE_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A stretch of the window that the sequences use; the rest of the window is
 * filled in both processes alike. Up to `below` bytes below it and `above` bytes
 * above it, outside the window, the caller's own choice may take him. */
struct bed {
	uintptr_t start, end;
	size_t below, above;
};

#define CONFIG_BEDS 2

/* A call's possible actions that the library does not see. */
#define UNSEEN_TAKES 1  /* map at an address */
#define UNSEEN_LEAVES 2 /* unmap */
#define UNSEEN_ANY 4    /* map where the kernel likes */

struct config {
	const char *name;
	uintptr_t lower, upper;     /* VA_LIMIT; lower above upper wraps, equal: none */
	const char *fence;          /* VA_LIMIT_FENCE */
	const char *environment[3]; /* more */
	struct bed bed[CONFIG_BEDS];
	/* Addresses are compared. Otherwise those of the library's choice are not, and
	 * operations on such mappings stay within them. */
	bool exact;
	bool legacy;                /* the kernel searches from the bottom */
	bool deny;                  /* VA_LIMIT_FIXED=deny */
	bool stacks;                /* with MAP_GROWSDOWN */
	unsigned int unseen;
};

extern const struct config configs[];
extern const size_t config_count;

/* NULL: there is none of that name. */
const struct config *config_find(const char *name);

/* Whether the address lies in the window. */
bool config_inside(const struct config *config, uintptr_t start, size_t length);

/* How many beds it has. */
int config_beds(const struct config *config);

#endif
