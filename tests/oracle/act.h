/* SPDX-License-Identifier: MIT */
/* Performing an operation. */
#ifndef TESTS_ORACLE_ACT_H
#define TESTS_ORACLE_ACT_H

#include "site.h"

/* Performs it and fills in the outcome, but for the state. A fork's parent does
 * not come back: it ends as its child does. */
void act(struct site *site, const struct op *op, struct op_outcome *outcome);

#endif
