/* SPDX-License-Identifier: MIT */
/* All processes, their tables and their command lines. */
#ifndef VACTL_PROCESSES_H
#define VACTL_PROCESSES_H

#include "reader.h"

/* Calls `see` with each confined process in turn, by number. Returns how many
 * more could not be read, or -errno if /proc cannot be, after a message of a
 * `command` (NULL: without one). */
int processes_see(const char *command,
		  void (*see)(void *context, int pid, const struct reading *reading),
		  void *context);

#define TITLE_MAX 1024

struct title {
	char text[TITLE_MAX];
};

/* The arguments that a process was started with, spaces between; its name if it
 * has none; "" if it is gone. The bytes are the process's: anything may be there. */
struct title title_of_process(int pid);

/* The command line of the process or core file that was read. */
struct title title_of_reading(const struct reading *reading);

/* The title of a process, safe for a terminal. */
struct title title_plain(int pid);

#endif
