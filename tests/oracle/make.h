/* SPDX-License-Identifier: MIT */
/* The sequences: made from a seed, the same on every machine. */
#ifndef TESTS_ORACLE_MAKE_H
#define TESTS_ORACLE_MAKE_H

#include "config.h"
#include "op.h"

/* Fills in ops[0] to ops[count - 1]. */
void make_sequence(struct op *ops, uint32_t count, uint64_t seed, const struct config *config);

#endif
