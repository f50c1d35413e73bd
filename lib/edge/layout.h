/* SPDX-License-Identifier: MIT */
/* What lies in the window, as QEMU's "-d page" prints it. */
#ifndef VALIMIT_EDGE_LAYOUT_H
#define VALIMIT_EDGE_LAYOUT_H

#include "table/space.h"
#include "outlet.h"

/* Writes the kernel's list, cut to the window; `why`: the call that has changed
 * it. All of the list where `space` is NULL. Async-signal-safe. */
void layout_print(struct outlet *outlet, const struct space *space, const char *why);

#endif
