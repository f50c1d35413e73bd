/* SPDX-License-Identifier: MIT */
/* All processes, their tables and their command lines. */
#ifndef VACTL_PROCESSES_H
#define VACTL_PROCESSES_H

#include "reader.h"

/* Calls `see` with each confined process in turn, by number. Returns how many
 * more could not be read, or -errno if /proc cannot be, after a message of a
 * `command` (NULL: without one). */
int processes_see(const char *command,
		  void (*see)(void *context, const struct reading *reading), void *context);

#define TITLE_MAX 1024

struct title {
	char text[TITLE_MAX];
};

/* The arguments that the process or core file was started with, spaces between; its
 * name if it has none; "" if it is gone. The bytes are the process's: anything may be
 * there. */
struct title title_of(const struct reading *reading);

/* Its title, safe for a terminal. */
struct title title_plain(const struct reading *reading);

#endif
