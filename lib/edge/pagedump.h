/* SPDX-License-Identifier: MIT */
/* A list of the window's mappings, in the format of QEMU's "-d page". */
#ifndef VALIMIT_EDGE_PAGEDUMP_H
#define VALIMIT_EDGE_PAGEDUMP_H

#include "table/space.h"
#include "log.h"

/* Writes the kernel's list, cut to the window, or all of it if `space` is NULL; `why` names the
 * call that has changed it. Async-signal-safe. */
void pagedump_print(struct log *log, const struct space *space, const char *why);

#endif
