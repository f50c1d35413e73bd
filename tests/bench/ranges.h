/* SPDX-License-Identifier: MIT */
/* Ranges of addresses with a value each, in libc's red-black tree, which peers keep. */
#ifndef TESTS_BENCH_RANGES_H
#define TESTS_BENCH_RANGES_H

#include <stdint.h>

struct range {
	uintptr_t start, end;
	int value;
};

struct ranges {
	void *root;
};

/* The range that `at` lies in, or the first one above it; NULL: there is none. */
const struct range *ranges_at(const struct ranges *ranges, uintptr_t at);

/* Sets the value of [start, end); neighbours with equal values become one range. */
void ranges_set(struct ranges *ranges, uintptr_t start, uintptr_t end, int value);

void ranges_clear(struct ranges *ranges, uintptr_t start, uintptr_t end);

#endif
