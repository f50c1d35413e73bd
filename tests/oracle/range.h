/* SPDX-License-Identifier: MIT */
/*
 * The calls with a range. The kernel has none: they are modelled where their
 * answers are known, with the plain calls in a window that is filled but for
 * the range.
 */
#ifndef TESTS_ORACLE_RANGE_H
#define TESTS_ORACLE_RANGE_H

#include "site.h"

/* Makes the operation's call; the answer as it is compared. */
int64_t range_mmap(struct site *site, const struct op *op, struct op_outcome *outcome);
int64_t range_mremap(struct site *site, const struct op *op, struct op_outcome *outcome);
int64_t range_shmat(struct site *site, const struct op *op, struct op_outcome *outcome);

#endif
