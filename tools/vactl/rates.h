/* SPDX-License-Identifier: MIT */
/* How fast a process calls, from one look at its table to the next. Pure. */
#ifndef VACTL_RATES_H
#define VACTL_RATES_H

#include <stdbool.h>

#include "core/table.h"

/* A call or event a second. Not `known` where there is nothing to compare with,
 * or a counter has gone down: another program is in the process. */
enum rate { RATE_MMAP, RATE_MUNMAP, RATE_MREMAP, RATE_SHM, RATE_FAILED, RATE_RETRIED, RATES };

struct rates {
	bool known;
	double rate[RATES];
};

void rates_between(const struct table *before, const struct table *after, double seconds,
		   struct rates *rates);

/* "mmap", or "12.3" and "-" where they are not known: RATE_MAX bytes. */
#define RATE_MAX 24
const char *rate_name(enum rate rate);
void rate_text(const struct rates *rates, enum rate rate, char *text);

#endif
