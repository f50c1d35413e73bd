/* SPDX-License-Identifier: MIT */
/* The kernel's own list of the process's mappings. */
#ifndef VALIMIT_SYS_MAPS_H
#define VALIMIT_SYS_MAPS_H

#include "core/procmaps.h"

typedef long maps_visit(const struct procmaps_line *line, void *context);

/* Calls `visit` for each line in ascending order until it returns other than 0.
 * Names may be cut after the first few dozen bytes; "[stack]" and its like are
 * whole. Returns 0, what visit returned, or -errno where the list cannot be
 * read. Uses under a KiB of stack: it may run on a handler's small one. */
long maps_each(maps_visit *visit, void *context);

/* The same with a buffer of the caller's: of a page's size it saves calls. */
long maps_each_by(char *buffer, size_t size, maps_visit *visit, void *context);

/* Opens the list; a file descriptor for the caller to close, or -errno. */
long maps_open(void);

#endif
