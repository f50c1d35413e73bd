/* SPDX-License-Identifier: MIT */
/* The lines and JSON members that say which process a command tells of. */
#ifndef VACTL_PROC_HEADER_H
#define VACTL_PROC_HEADER_H

#include "json.h"
#include "totals.h"

/* The process, its window, its fence and its way of placement. JSON opens an object for
 * them, and has null for them without a table. */
void proc_header_print(const struct reading *reading);
void proc_header_json(struct json *json, const char *name, const struct reading *reading);

/* The members "perm" and "file" of a mapping; NULL: null. */
void vma_json(struct json *json, const struct procmaps_line *vma);

/* The member of sums by kind, and all members of sums. */
void kinds_json(struct json *json, const struct total kind[KIND_NAMES]);
void totals_json(struct json *json, const struct totals *totals);

#endif
