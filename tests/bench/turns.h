/* SPDX-License-Identifier: MIT */
/* Medians of values that were measured in turns. */
#ifndef TESTS_BENCH_TURNS_H
#define TESTS_BENCH_TURNS_H

#include <stdlib.h>

static inline int turns_compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Sorts the values. */
static inline double turns_median(double *value, size_t count)
{
	qsort(value, count, sizeof(*value), turns_compare);
	return count % 2 ? value[count / 2] : (value[count / 2 - 1] + value[count / 2]) / 2;
}

#endif
