/* SPDX-License-Identifier: MIT */
/*
 * The address space divided into the lines of a picture, and the regions of a line as
 * they are drawn. A line is a block of 2^N bytes at a multiple of its size, with its own
 * scale; stretches of ground and single large mappings are folded into lines of any
 * length. Lines are split where there is most to show, until their number is used up.
 * Pure.
 */
#ifndef VACTL_LINES_H
#define VACTL_LINES_H

#include "regions.h"

struct map_line {
	uintptr_t start, end; /* bytes, [start, end) */
	size_t region;        /* the first one that reaches into it */
	size_t main;          /* the largest one of a folded line */
	bool folded;          /* all of it is one region, or ground of nearly one look */
	unsigned int weight;  /* how much it needs a finer scale; 0: not at all */
};

struct lines {
	struct map_line *at;
	size_t count;
	const struct regions *regions;
	unsigned int columns, least; /* the width of a line, and of a visible region */
};

/* Makes at most `limit` lines, 1 or more, for `range`, enlarged to a block of 2^N bytes.
 * A line is `columns` wide, and a region is visible from a width of `least` columns on. */
void lines_make(struct lines *lines, const struct regions *regions, struct span range, size_t limit,
		unsigned int columns, unsigned int least);

/* Finds each line's regions again. Returns whether the lines serve for these regions too:
 * no folded line hides one that a picture has to show. */
bool lines_keep(struct lines *lines, const struct regions *regions);

/* The smallest aligned block of 2^N bytes that holds a range below REGIONS_TOP. */
struct span lines_block(struct span range);

/* N of a line that is a block of 2^N bytes. */
unsigned int line_order(const struct map_line *line);

/* --- marks of any place and width ------------------------------------------- */

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
	/* The part of the line below an address in it; marks_start() sets line_scale(). */
	double (*scale)(const struct map_line *line, uintptr_t address);
	size_t region;
	double edge; /* end of the previous mark */
};

void marks_start(struct marks *marks, const struct regions *regions, const struct map_line *line,
		 double width, double least);
bool marks_next(struct marks *marks, struct mark *mark);

/* The linear scale. */
double line_scale(const struct map_line *line, uintptr_t address);

/* --- cells of a terminal ---------------------------------------------------- */

struct cell {
	enum look look;    /* of most bytes among those of the highest rank */
	unsigned int fill; /* eighths of that rank: 0 of ground, else 1 to 8 */
};

/* Fills `columns` cells, each an equal part of the line to within a byte. */
void cells_fill(struct cell *cell, unsigned int columns, const struct regions *regions,
		const struct map_line *line);

#endif
