/* SPDX-License-Identifier: MIT */
/* What the oracle tells its user. */
#ifndef TESTS_ORACLE_REPORT_H
#define TESTS_ORACLE_REPORT_H

#include "pair.h"

const char *report_difference(enum difference difference);

/* One call, with both answers where they differ. */
void report_call(const struct pair *pair, const struct op *op, uint32_t at);

/* The sequence with both answers to each call, and what differs. */
void report(const struct pair *pair, const struct op *ops, const struct oracle_verdict *verdict);

/* Adds a sequence to the totals; prints them. */
void report_count(const struct pair *pair, uint32_t count);
void report_totals(void);

/* Adds what hosts did beside the sequences to the totals. */
void report_hosts(const struct pair *pair);

#endif
