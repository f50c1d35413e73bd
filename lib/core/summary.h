/* SPDX-License-Identifier: MIT */
/*
 * What a table tells of its process in figures, and the words for them: the same
 * in the report that the library writes and in vactl.
 */
#ifndef VALIMIT_CORE_SUMMARY_H
#define VALIMIT_CORE_SUMMARY_H

#include <stdbool.h>
#include <stdint.h>

#include "fmt.h"
#include "table.h"

enum unit { UNIT_COUNT, UNIT_BYTES, UNIT_ADDRESS };

struct figure {
	const char *key;   /* for JSON: "fixed_outside" */
	const char *label; /* for people: "fixed outside the window" */
	enum unit unit;
	uint64_t value;
};

/* The figure of that number, from 0 on; false where there is none. The table
 * may be anybody's: wrong numbers make wrong figures and no more. */
bool summary_figure(const struct table *table, unsigned int number, struct figure *figure);

/* How many calls of a name there were. */
uint64_t summary_calls(const struct table *table, enum call_name name);

/* A figure's value: 12, 1540K, 0x200000000. */
void summary_value(struct fmt *fmt, const struct figure *figure);

#endif
