/* SPDX-License-Identifier: MIT */
/* How the window is used, by the kernel's list, and what the table lists. */
#ifndef VALIMIT_TABLE_USAGE_H
#define VALIMIT_TABLE_USAGE_H

#include "space.h"

struct usage {
	uint64_t size;        /* of the window, bytes */
	uint64_t mapped;      /* in the window, bytes */
	uint64_t largest_gap; /* bytes */
	uint64_t gaps;        /* number of gaps */
};

/* Reads the kernel's list. A negative -errno where that fails. */
long usage_window(const struct space *space, struct usage *usage);

/* Totals of the table, by kind. */
struct census {
	uint64_t bytes[KIND_COUNT];
	uint64_t intervals;
	uint64_t reserved_inside; /* free bytes of reservations in the window */
	uint64_t table_bytes; /* memory of the table itself */
};

/* Reads the table. False where it cannot be had. */
bool usage_table(struct space *space, struct census *census);

#endif
