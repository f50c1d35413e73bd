/* SPDX-License-Identifier: MIT */
/* How many calls a process makes a second, from one copy of its table to the next.
 * Pure. */
#ifndef VACTL_RATES_H
#define VACTL_RATES_H

#include <stdbool.h>

#include "names.h"

enum rate { RATE_MMAP, RATE_MUNMAP, RATE_MREMAP, RATE_SHM, RATE_FAILED, RATE_RETRIED, RATES };

struct rates {
	bool known; /* false without time between, or if a counter has gone down: the
		     * process executes another program */
	double rate[RATES];
};

void rates_between(const struct table *before, const struct table *after, double seconds,
		   struct rates *rates);

/* "mmap", and "12.3" or "-" if it is not known. */
const char *rate_name(enum rate rate);
struct word rate_text(const struct rates *rates, enum rate rate);

#endif
