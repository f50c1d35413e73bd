/* SPDX-License-Identifier: MIT */
/* Figures: measured, printed, written and compared. */
#ifndef TESTS_BENCH_FIGURE_H
#define TESTS_BENCH_FIGURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* The way from the values without and with the library to the figure. */
enum measure { MEASURE_RATIO, MEASURE_MORE, MEASURE_VALUE };

struct figure {
	const char *name;
	const char *unit;     /* of base and ours: "ns", "us", "bytes" */
	enum measure measure;
	double base, ours;    /* medians */
	double value;         /* median of the pairs' ratios or differences */
	double low, high;     /* their quartiles */
	double target;        /* the value should be at most this; 0: none */
	size_t pairs;
	const char *skipped;  /* why there is no figure; NULL: there is one */
};

/* Makes medians and quartiles of `count` pairs, and reports the figure. Takes
 * the arrays for its own. */
void figure_pairs(struct figure figure, double *base, double *ours, size_t count);

/* Prints the figure and keeps it for figure_write(). The strings stay valid. */
void figure_report(const struct figure *figure);

/* A line above the figures that follow; without any there is none. */
void figure_heading(const char *text);

/* The figures that are over their targets. */
void figure_summary(void);

/* All figures as JSON, one a line. */
void figure_write(const char *path);

/* Prints those of a file that figure_write() made beside those of now. */
void figure_compare(const char *path);

#endif
