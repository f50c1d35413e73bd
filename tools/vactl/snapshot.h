/* SPDX-License-Identifier: MIT */
/* A process at one moment, and its rates of calls between two. */
#ifndef VACTL_SNAPSHOT_H
#define VACTL_SNAPSHOT_H

#include "rates.h"
#include "reader.h"
#include "regions.h"
#include "totals.h"

#define SNAPSHOT_TITLE_MAX 256

struct snapshot {
	struct reading reading;
	struct regions regions;
	struct totals totals;
	struct rates rates;             /* since the snapshot before, if there is one */
	double when;                    /* seconds of the monotonic clock */
	char title[SNAPSHOT_TITLE_MAX]; /* the command line, safe to print */
};

/* Holds nothing: for the place of the snapshot before the first. */
#define SNAPSHOT_NONE { .reading.state = READER_GONE, .reading.core.fd = -1 }

/* Takes one. If its reading shows nothing, it has only this and `when`. Call
 * snapshot_free() in any case. */
void snapshot_take(int pid, const struct snapshot *before, struct snapshot *snapshot);

/* Whether it is the first to which nothing can be added: the process has ended, or
 * executes a program that is not confined, as the one before was. */
static inline bool snapshot_over(const struct snapshot *before, const struct snapshot *snapshot)
{
	return !reader_shows(&snapshot->reading) ||
	       (reader_table(&before->reading) && !reader_table(&snapshot->reading));
}
void snapshot_free(struct snapshot *snapshot);

/* Why a process that was there cannot be read any more. */
#define SNAPSHOT_WHY_MAX 96
void snapshot_why(const struct snapshot *snapshot, char *text);

/* Columns of a live list: GUEST, HOST, OTHER if asked for, with what only the kernel
 * has, GAP, VMAS. */
struct word snapshot_figures(const struct totals *totals, bool other);

/* Seconds of the monotonic clock. */
double snapshot_clock(void);

#endif
