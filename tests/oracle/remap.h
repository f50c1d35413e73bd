/* SPDX-License-Identifier: MIT */
/* mremap. */
#ifndef TESTS_ORACLE_REMAP_H
#define TESTS_ORACLE_REMAP_H

#include "site.h"

/* Makes the operation's call; the answer as it is compared. */
int64_t remap(struct site *site, const struct op *op, struct op_outcome *outcome);

#endif
