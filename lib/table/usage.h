/* SPDX-License-Identifier: MIT */
/* How the window is used, by the kernel's own list. */
#ifndef VALIMIT_TABLE_USAGE_H
#define VALIMIT_TABLE_USAGE_H

#include "space.h"

struct usage {
	uint64_t size;        /* of the window, bytes */
	uint64_t mapped;      /* bytes mapped in it */
	uint64_t largest_gap; /* bytes */
	uint64_t gaps;        /* how many */
};

/* 0, or -errno where the list cannot be read. */
long usage_window(const struct space *space, struct usage *usage);

/* What the table has, by kind. */
struct census {
	uint64_t bytes[KIND_COUNT];
	uint64_t intervals;
	uint64_t reserved_inside; /* bytes of reservations, free, in the window */
	uint64_t table_bytes; /* what the table itself takes */
};

/* False where the table cannot be had. */
bool usage_table(struct space *space, struct census *census);

#endif
