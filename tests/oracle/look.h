/* SPDX-License-Identifier: MIT */
/* What the memory of a process looks like to its program. */
#ifndef TESTS_ORACLE_LOOK_H
#define TESTS_ORACLE_LOOK_H

#include "site.h"

/* Writes the mappings of the beds and slots, with permissions, files and
 * contents, into the shared text; returns a number that stands for it, never
 * 0. */
uint64_t look_all(struct site *site);

/* The same for the mappings alone of [start, end): nothing is written. */
uint64_t look_at(uintptr_t start, uintptr_t end);

#endif
