/* SPDX-License-Identifier: MIT */
/* Curves over a number of mappings, drawn as SVG that follows the reader's dark or light. */
#ifndef TESTS_BENCH_CHART_H
#define TESTS_BENCH_CHART_H

#include <stddef.h>

#define CHART_POINTS 8
#define CHART_CURVES 6

struct curve {
	const char *name;
	double value[CHART_POINTS];
};

struct chart {
	const char *title, *unit;
	size_t points, curves;
	double n[CHART_POINTS]; /* rising; drawn by their logarithm */
	struct curve curve[CHART_CURVES];
};

/* The curve of that name, which is added if it is new. */
struct curve *chart_curve(struct chart *chart, const char *name);

/* Draws the charts side by side. Ends the program where the file cannot be written. */
void chart_write(const struct chart *chart, size_t count, const char *path);

#endif
