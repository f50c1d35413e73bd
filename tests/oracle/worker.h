/* SPDX-License-Identifier: MIT */
/* One of the two processes. */
#ifndef TESTS_ORACLE_WORKER_H
#define TESTS_ORACLE_WORKER_H

#include "config.h"
#include "shared.h"

/* Performs the shared sequence in a child of its own for every byte that comes
 * in by `control`, and answers each with the child's exit status, an int.
 * `memory` is the file of what is shared. Returns an exit status. */
int worker_main(enum side side, const struct config *config, int memory, int control);

#endif
