/* SPDX-License-Identifier: MIT */
/* The kernel's list of this process's mappings. */
#ifndef VALIMIT_SYS_MAPS_H
#define VALIMIT_SYS_MAPS_H

#include "core/procmaps.h"

typedef long maps_visit(const struct procmaps_line *line, void *context);

/* Calls `visit` for each line, in ascending order, until it returns nonzero. Names may be cut
 * after the first few dozen bytes; "[stack]" and similar names are whole. Returns 0, the
 * visitor's nonzero answer, or -errno if the list cannot be read. Needs less than 1 KiB of
 * stack, since it may run on a handler's small one. */
long maps_each(maps_visit *visit, void *context);

/* Like maps_each(), with a buffer of the caller's: a whole page saves system calls. */
long maps_each_by(char *buffer, size_t size, maps_visit *visit, void *context);

/* Opens the list. Returns a file descriptor, which the caller closes, or -errno. */
long maps_open(void);

#endif
