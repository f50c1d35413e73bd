/* SPDX-License-Identifier: MIT */
/* The picture of an address space as SVG, for browsers and documents. */
#ifndef VACTL_PICTURE_H
#define VACTL_PICTURE_H

#include <inttypes.h>
#include <stdio.h>

#include "lines.h"
#include "reader.h"

#define PICTURE_WIDTH 1000
#define PICTURE_WIDTH_MIN 480
#define PICTURE_WIDTH_MAX 10000
#define PICTURE_LINES 40
#define PICTURE_LINES_MAX 1000

/* Of a reading, or of what changed from an earlier one to it. */
struct picture {
	const struct reading *reading;
	struct regions regions; /* one at least */
	char *title;            /* any bytes */
	char *facts;            /* a line below it */
	int width;              /* in pixels */
	size_t lines;           /* at most as many, 1 or more */
};

void picture_draw(const struct picture *picture, FILE *out);

/* --- between the parts of a picture ----------------------------------------- */

#define DRAW_MARGIN 24.0
#define DRAW_BAR 16.0  /* the height of bars that are drawn to scale */
#define DRAW_LEAST 3.0 /* pixels; narrower can be seen but not hit with a mouse */

/* A picture that is being drawn from the top down. */
struct drawing {
	const struct picture *picture;
	FILE *out;
	double y; /* where the next part begins */
};

/* A line drawn to scale: ground, and marks on it. */
struct bar {
	struct map_line line;
	double x, width;
	double (*scale)(const struct map_line *line, uintptr_t address);
	bool detailed; /* with ticks, and file names in marks with room for them */
};
void draw_bar(struct drawing *drawing, const struct bar *bar);

/* The lines, each to its own scale. */
void draw_lines(struct drawing *drawing);

/* A heading, and behind it help for reading the part. */
void draw_heading(struct drawing *drawing, const char *heading, const char *help);

/* For svg_markup(): 2 and a raised number. */
#define POWER_FORMAT "2<tspan dy=\"-5\" font-size=\"9\">%u</tspan><tspan dy=\"5\">&#8203;</tspan>"

/* For titles: a look, a range and its size. */
#define RANGE_FORMAT "%s 0x%" PRIxPTR "-0x%" PRIxPTR " (%s)"
#define RANGE(what, start, end) what, start, end, human((end) - (start)).text

#endif
