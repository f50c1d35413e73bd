/* SPDX-License-Identifier: MIT */
/* Sets up the confined address space by the options. */
#ifndef VALIMIT_EDGE_SETUP_H
#define VALIMIT_EDGE_SETUP_H

#include <stdbool.h>

#include "core/options.h"
#include "table/space.h"

/* Learns the page size and the bounds of user space. */
void setup_limits(struct space *space);

/* Makes the table and the policy, and learns the existing mappings. Returns 0; -ERANGE: the
 * window is empty; or another -errno: the table cannot be made. */
long setup_space(struct space *space, const struct options *options, struct window window);

/* Reports why setup_space() failed, and ends the process with status 125. */
void setup_die(const struct space *space, long why) __attribute__((noreturn));

/* Raises the fence by the options, before main. On failure prints a message, and ends the
 * process if the user demanded the fence. */
void setup_fence(struct space *space, const struct options *options);

/* Raises the fence for a window that is set later. Returns 0; -errno if the user demanded the
 * fence and it cannot be raised. */
long setup_late_fence(struct space *space, const struct options *options);

/* Applies VA_LIMIT_HOST and VA_LIMIT_GUEST. */
void setup_rules(const struct options *options);

/* Lets all processes of the user inspect this one, if VA_LIMIT_INSPECT asks for it: Yama would
 * forbid it. */
void setup_inspection(const struct options *options);

#endif
