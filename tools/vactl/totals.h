/* SPDX-License-Identifier: MIT */
/*
 * Sums over an address space: by kind, and how full the window is. They come from the
 * table and the kernel's list together (pieces.h), and not from the table's counters, over
 * which a process can write.
 */
#ifndef VACTL_TOTALS_H
#define VACTL_TOTALS_H

#include "names.h"
#include "reader.h"

/* Bytes and number of pieces. */
struct total {
	uint64_t bytes, count;
};

/* How full some addresses are, in bytes: size = used + kept + free. */
struct usage {
	uint64_t size;
	uint64_t used; /* in the table or in the kernel's list, with stacks' room */
	uint64_t kept; /* fence inside the window, which calls release on demand */
	uint64_t free;
	uint64_t gaps;       /* the number of free pieces */
	struct span largest; /* of them; empty: there is none */
};

struct totals {
	struct total kind[KIND_NAMES]; /* KIND_NONE: free, KIND_UNKNOWN: the kernel's only */
	uint64_t mappings;             /* in the kernel's list */
	struct usage window;           /* all spans together */
	int spans;                     /* of the window, ascending: 1 or 2 */
	struct span span[2];
	struct usage of_span[2];
};

/* Sums up a reading with a table. Ignores mappings above user space: [vsyscall]. */
void totals_compute(const struct reading *reading, struct totals *totals);

/* Fragmentation in thousandths: 0 if the free addresses are one gap or none, towards 1000
 * if they are many small gaps. */
unsigned int usage_fragmentation(const struct usage *usage);

/* `part` in thousandths of `whole`; 0 of nothing. */
unsigned int total_share(uint64_t part, uint64_t whole);

/* Rates of calls a second, from one copy of a process's table to the next. */
enum rate { RATE_MMAP, RATE_MUNMAP, RATE_MREMAP, RATE_SHM, RATE_FAILED, RATE_RETRIED, RATES };

struct rates {
	bool known; /* false without time between, or if a counter has gone down: the
		     * process executes another program */
	double rate[RATES];
};

void rates_between(const struct table *before, const struct table *after, double seconds,
		   struct rates *rates);

extern const char *const rate_names[RATES];

/* A rate as text: "12.3", or "-" if it is not known. */
struct word rate_text(const struct rates *rates, enum rate rate);

#endif
