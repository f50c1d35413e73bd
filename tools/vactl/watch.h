/* SPDX-License-Identifier: MIT */
/* vactl watch: its task, and one look at a process. */
#ifndef VACTL_WATCH_H
#define VACTL_WATCH_H

#include "command.h"
#include "process.h"
#include "regions.h"

struct watch {
	const struct command *command;
	int pid;         /* 0: all confined processes */
	double interval; /* seconds from one look to the next */
	uint64_t count;  /* of looks; 0: no end */
	bool json;       /* one object a line, and no screen */
};

/* Shows the live view. Returns the exit status, or WATCH_NO_SCREEN if the terminal cannot
 * show it. NULL in a vactl that was built without ncurses. */
#define WATCH_NO_SCREEN (-1)
int watch_screen(const struct watch *watch) __attribute__((weak));

/* A process at one moment, and its rates of calls since the snapshot before. */
struct snapshot {
	struct reading reading;
	struct regions regions;
	struct totals totals;
	struct rates rates;
	double when;        /* seconds of the monotonic clock */
	struct title title; /* safe to print */
	char why[96];       /* no next snapshot comes; "": it may */
};

/* Takes the first snapshot. If its reading shows nothing, it has only this and `when`.
 * Call snapshot_free() in any case. */
void snapshot_take(int pid, struct snapshot *snapshot);
void snapshot_free(struct snapshot *snapshot);

/* Puts the next snapshot in the place of this one. Returns false, and only sets `why`, if
 * nothing can be added: the process has ended, or executes a program that is not
 * confined, after one that was. */
bool snapshot_next(struct snapshot *snapshot);

/* Columns of a live list: GUEST, HOST, OTHER if asked for, with the mappings that only the
 * kernel has, GAP, VMAS. */
struct word snapshot_figures(const struct totals *totals, bool other);

/* Seconds of the monotonic clock. */
double snapshot_clock(void);

#endif
