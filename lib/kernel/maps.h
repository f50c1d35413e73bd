/* SPDX-License-Identifier: MIT */
/* The kernel's own list of the process's mappings. */
#ifndef VALIMIT_KERNEL_MAPS_H
#define VALIMIT_KERNEL_MAPS_H

#include "core/procmaps.h"

/* Calls `visit` for each line in ascending order until it returns other than 0.
 * Names are cut after the first few dozen bytes; "[stack]" and its like are
 * whole. Returns 0, what visit returned, or -errno where the list cannot be
 * read. Uses under a KiB of stack: it may run on a handler's small one. */
long maps_each(long (*visit)(const struct procmaps_line *line, void *context), void *context);

/* Opens the list; a file descriptor for the caller to close, or -errno. */
long maps_open(void);

#endif
