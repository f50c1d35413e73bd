/* SPDX-License-Identifier: MIT */
/* vactl watch, on a terminal or as plain text. */
#ifndef VACTL_WATCH_H
#define VACTL_WATCH_H

#include "command.h"

struct watch {
	const struct command *command;
	int pid;             /* 0: all confined processes */
	double interval;     /* seconds from one look to the next */
	unsigned long count; /* of looks; 0: until it is ended */
};

/* A line a look, and for all processes one for each. Returns the exit status. */
int watch_text(const struct watch *watch);

/* The live view. Returns the exit status, or WATCH_NO_SCREEN where the terminal
 * cannot show it or this vactl was built without. */
#define WATCH_NO_SCREEN (-1)
int watch_screen(const struct watch *watch);

#endif
