/* SPDX-License-Identifier: MIT */
/*
 * Sums over an address space: by kind, and how full the window is. Computed
 * from both lists together (pieces.h), never from what the table says of
 * itself, which need not be true.
 */
#ifndef VACTL_TOTALS_H
#define VACTL_TOTALS_H

#include "core/window.h"
#include "names.h"
#include "reader.h"

/* Bytes, and pieces. */
struct total {
	uint64_t bytes, count;
};

/* How full some addresses are: size = used + kept + free, in bytes. `used` is
 * what the table or the kernel has there, room for a stack to grow included;
 * `kept` is fence inside the window, given up when a call needs it; the gaps
 * are what neither has. */
struct usage {
	uint64_t size, used, kept, free;
	uint64_t gaps;
	struct span largest; /* gap; empty: there is none */
};

struct totals {
	struct total kind[KIND_NAMES]; /* KIND_UNKNOWN: of the kernel's list only */
	uint64_t mappings;             /* in the kernel's list */
	struct usage window;           /* all spans together */
	int spans;                     /* of the window, ascending: 1 or 2 */
	struct span span[2];
	struct usage of_span[2];
};

/* Of a reading with a table. What the kernel has above user space, [vsyscall],
 * is in every process and counts nowhere. */
void totals_compute(const struct reading *reading, struct totals *totals);

/* How broken up what is free is, in thousandths: 0 where it is one gap (or
 * nothing), near 1000 where it is many small ones. */
unsigned int usage_fragmentation(const struct usage *usage);

/* `part` in thousandths of `whole`; 0 of nothing. */
unsigned int total_share(uint64_t part, uint64_t whole);

#endif
