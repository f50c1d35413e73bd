/* SPDX-License-Identifier: MIT */
/* From a long sequence that shows a difference to a short one. */
#ifndef TESTS_ORACLE_SHRINK_H
#define TESTS_ORACLE_SHRINK_H

#include "pair.h"

/* Leaves out of ops[0] to ops[*count - 1], and makes plainer, all that the difference does
 * not need; *count is the number of the rest. */
void shrink(struct pair *pair, struct op *ops, uint32_t *count);

#endif
