/* SPDX-License-Identifier: MIT */
/* A process at one moment, and its rates of calls between two. */
#ifndef VACTL_SNAPSHOT_H
#define VACTL_SNAPSHOT_H

#include "processes.h"
#include "reader.h"
#include "regions.h"
#include "totals.h"

struct snapshot {
	struct reading reading;
	struct regions regions;
	struct totals totals;
	struct rates rates; /* since the snapshot before, if there is one */
	double when;        /* seconds of the monotonic clock */
	struct title title; /* safe to print */
	char why[96];       /* no next one comes; "": it may */
};

/* Takes the first one. If its reading shows nothing, it has only this and `when`. Call
 * snapshot_free() in any case. */
void snapshot_take(int pid, struct snapshot *snapshot);
void snapshot_free(struct snapshot *snapshot);

/* Puts the next one in its place. Returns false, and only tells why, if nothing can be
 * added: the process has ended, or executes a program that is not confined, as the one
 * before was. */
bool snapshot_next(struct snapshot *snapshot);

/* Columns of a live list: GUEST, HOST, OTHER if asked for, with what only the kernel
 * has, GAP, VMAS. */
struct word snapshot_figures(const struct totals *totals, bool other);

/* Seconds of the monotonic clock. */
double snapshot_clock(void);

#endif
