/* SPDX-License-Identifier: MIT */
/* From the options to a confined address space. */
#ifndef VALIMIT_EDGE_SETUP_H
#define VALIMIT_EDGE_SETUP_H

#include <stdbool.h>

#include "core/options.h"
#include "table/space.h"

/* Finds out the page size and the ends of user space. */
void setup_limits(struct space *space);

/* Makes the table and the policy, and learns what is mapped. 0, or -ERANGE
 * where nothing is left of the window, or another -errno where the table cannot
 * be made. */
long setup_space(struct space *space, const struct options *options, struct window window);

/* Says why, and ends the process with status 125. */
void setup_die(const struct space *space, long why) __attribute__((noreturn));

/* Raises the fence as the options have it, before main; where it cannot be,
 * says so, and where it was demanded ends the process. */
void setup_fence(struct space *space, const struct options *options);

/* The same for limits that are set later: 0, or -errno where it was demanded
 * and cannot be. */
long setup_late_fence(struct space *space, const struct options *options);

/* Takes over which modules are host and guest. */
void setup_rules(const struct options *options);

/* Lets any process of the user inspect this one, where the user asks for it and
 * Yama would not. */
void setup_inspection(const struct options *options);

#endif
