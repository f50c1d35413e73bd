/* SPDX-License-Identifier: MIT */
/* The lines and JSON members that say which process a command tells of. */
#ifndef VACTL_PROC_HEADER_H
#define VACTL_PROC_HEADER_H

#include "json.h"
#include "totals.h"

/* The PID; of a core file the one that the process had. */
int proc_header_pid(const struct reading *reading);

/* The process, its window, its fence and its way of placement. Without a table the
 * JSON has null for them. */
void proc_header_print(const struct reading *reading);
void proc_header_json(struct json *json, const struct reading *reading);

/* The members "perm" and "file" of a mapping; NULL: null. */
void vma_json(struct json *json, const struct procmaps_line *vma);

/* The member of sums by kind, and all members of sums. */
void kinds_json(struct json *json, const struct total kind[KIND_NAMES]);
void totals_json(struct json *json, const struct totals *totals);

#endif
