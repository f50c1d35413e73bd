/* SPDX-License-Identifier: MIT */
/* The memory of a process, as its program sees it. */
#ifndef TESTS_ORACLE_LOOK_H
#define TESTS_ORACLE_LOOK_H

#include "site.h"

/* Writes the mappings of the beds and slots, with permissions, files and
 * contents, into the shared text; returns a number that stands for it, never
 * 0. */
uint64_t look_all(struct site *site);

/* Like look_all(), for the mappings of [start, end) alone: nothing is written. */
uint64_t look_at(uintptr_t start, uintptr_t end);

#endif
