/* SPDX-License-Identifier: MIT */
/*
 * A table's counters as figures with labels, for the library's report and for vactl.
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

/* The figure with that number, from 0 on; false if there is none. The table may come from an
 * untrusted process: wrong values in it make wrong figures and no other harm. */
bool summary_figure(const struct table *table, unsigned int number, struct figure *figure);

/* The number of calls of that name. */
uint64_t summary_calls(const struct table *table, enum call_name name);

/* Prints a figure's value: 12, 1540K, 0x200000000. */
void summary_value(struct fmt *fmt, const struct figure *figure);

#endif
