/* SPDX-License-Identifier: MIT */
/* One look at a process. */
#ifndef VACTL_SIGHT_H
#define VACTL_SIGHT_H

#include "reader.h"
#include "tiles.h"
#include "totals.h"

#define SIGHT_TITLE_MAX 256

struct sight {
	struct reading reading;
	struct tiles tiles;
	struct totals totals;
	double when;                 /* seconds, of the monotonic clock */
	char title[SIGHT_TITLE_MAX]; /* what the process was started as, safe to print */
};

/* Looks at it. The state of the reading tells whether there is more than that;
 * fine or not, sight_free() then. */
void sight_take(int pid, struct sight *sight);
void sight_free(struct sight *sight);

/* Why a process that was there cannot be looked at any more. */
#define SIGHT_WHY_MAX 96
void sight_why(const struct sight *sight, char *text);

/* The monotonic clock, in seconds. */
double sight_clock(void);

#endif
