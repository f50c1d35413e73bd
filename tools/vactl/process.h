/* SPDX-License-Identifier: MIT */
/* Processes by their numbers and command lines, and the lines and members of JSON that
 * several commands print of one. */
#ifndef VACTL_PROCESS_H
#define VACTL_PROCESS_H

#include "json.h"
#include "totals.h"

/* Calls `see` with each confined process in turn, by number. Returns how many more could
 * not be read, or -errno if /proc cannot be, after a message of a `command` (NULL: without
 * one). */
int process_each(const char *command,
		 void (*see)(void *context, const struct reading *reading), void *context);

#define TITLE_MAX 1024

struct title {
	char text[TITLE_MAX];
};

/* The arguments that the process or core file was started with, with spaces between; its
 * name if it has none; "" if it is gone. The process chose the bytes: any may be there. */
struct title title_of(const struct reading *reading);

/* The title, safe for a terminal. */
struct title title_plain(const struct reading *reading);

/* Prints the process, its window, its fence and its way of placement. */
void process_print(const struct reading *reading);

/* Opens an object and adds the process, its window, its fence and its way of placement,
 * which are null without a table. */
void process_json(struct json *json, const char *name, const struct reading *reading);

/* Adds the members "perm" and "file" of a mapping; NULL: null. */
void vma_json(struct json *json, const struct procmaps_line *vma);

/* Adds the member "kinds": sums by kind. */
void kinds_json(struct json *json, const struct total kind[KIND_NAMES]);

/* Adds all members of sums. */
void totals_json(struct json *json, const struct totals *totals);

#endif
