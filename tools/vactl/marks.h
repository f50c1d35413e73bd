/* SPDX-License-Identifier: MIT */
/*
 * The regions of a line as they are drawn: as marks of any place and width, or as
 * the cells of a terminal. Pure.
 */
#ifndef VACTL_MARKS_H
#define VACTL_MARKS_H

#include "lines.h"

/* A mapped region, or several that could not be told apart. */
struct mark {
	double from, to;      /* along the line, 0 to its width; `from` is less */
	enum look look;       /* of most of its bytes of the highest rank */
	size_t region;        /* the first */
	size_t count;         /* of mapped regions */
	uintptr_t start, end; /* from the first one's start to the last one's end */
	uint64_t bytes;       /* of these regions */
};

/* A walk along a line that is `width` wide, with no mark narrower than `least`. */
struct marks {
	const struct regions *regions;
	struct map_line line;
	double width, least;
	/* Which part of the line lies below an address in it; line_scale() at first. */
	double (*scale)(const struct map_line *line, uintptr_t address);
	size_t region;
	double edge; /* where the mark before ends */
};

void marks_start(struct marks *marks, const struct regions *regions, const struct map_line *line,
		 double width, double least);
bool marks_next(struct marks *marks, struct mark *mark);

/* The linear scale. */
double line_scale(const struct map_line *line, uintptr_t address);

struct cell {
	enum look look;    /* of most bytes among those of the highest rank */
	unsigned int fill; /* eighths of that rank: 0 of ground, else 1 to 8 */
};

/* Fills `columns` cells, each an equal part of the line to within a byte. */
void cells_fill(struct cell *cell, unsigned int columns, const struct regions *regions,
		const struct map_line *line);

#endif
