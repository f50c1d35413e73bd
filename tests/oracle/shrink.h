/* SPDX-License-Identifier: MIT */
/* From a sequence that shows a difference to a short one that does. */
#ifndef TESTS_ORACLE_SHRINK_H
#define TESTS_ORACLE_SHRINK_H

#include "pair.h"

/* Leaves out of ops[0] to ops[*count - 1], and makes plainer, whatever the
 * difference does not need; *count is what remains. */
void shrink(struct pair *pair, struct op *ops, uint32_t *count);

#endif
