/* SPDX-License-Identifier: MIT */
/* vactl watch: as text, and on a terminal. */
#ifndef VACTL_WATCH_H
#define VACTL_WATCH_H

#include "command.h"

struct watch {
	const struct command *command;
	int pid;             /* 0: all confined processes */
	double interval;     /* seconds from one look to the next */
	uint64_t count;      /* of looks; 0: until it is ended */
	bool json;           /* one object a line, and no screen */
};

/* The live view. Returns the exit status, or WATCH_NO_SCREEN if the terminal cannot
 * show it or this vactl was built without. */
#define WATCH_NO_SCREEN (-1)
int watch_screen(const struct watch *watch);

#endif
