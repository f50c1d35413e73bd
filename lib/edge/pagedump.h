/* SPDX-License-Identifier: MIT */
/* What lies in the window, as QEMU's "-d page" prints it. */
#ifndef VALIMIT_EDGE_PAGEDUMP_H
#define VALIMIT_EDGE_PAGEDUMP_H

#include "table/space.h"
#include "log.h"

/* Writes the kernel's list, cut to the window; `why`: the call that has changed
 * it. All of the list where `space` is NULL. Async-signal-safe. */
void pagedump_print(struct log *log, const struct space *space, const char *why);

#endif
