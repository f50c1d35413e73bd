/* SPDX-License-Identifier: MIT */
/* The picture of an address space as SVG, for browsers and documents. */
#ifndef VACTL_PICTURE_H
#define VACTL_PICTURE_H

#include "lines.h"
#include "reader.h"

#define PICTURE_WIDTH 1000
#define PICTURE_WIDTH_MIN 480
#define PICTURE_WIDTH_MAX 10000
#define PICTURE_LINES 40
#define PICTURE_LINES_MAX 1000

/* A picture of a reading, or of the changes from an earlier reading to it. */
struct picture {
	const struct reading *reading;
	struct regions regions; /* one at least */
	char *title;            /* any bytes */
	char *facts;            /* a line below the title */
	int width;              /* in pixels */
	size_t lines;           /* the most that it may have, 1 or more */
};

void picture_draw(const struct picture *picture, FILE *out);

/* --- between the parts of a picture ----------------------------------------- */

#define DRAW_MARGIN 24.0
#define DRAW_BAR 16.0  /* the height of bars that are drawn to scale */
#define DRAW_LEAST 3.0 /* pixels; a mouse does not hit anything narrower */

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

/* Draws the lines, each to its own scale. */
void draw_lines(struct drawing *drawing);

/* Draws a heading, and behind it help for reading the part. */
void draw_heading(struct drawing *drawing, const char *heading, const char *help);

/* Format of 2 and a raised number, for svg_markup(). */
#define POWER_FORMAT "2<tspan dy=\"-5\" font-size=\"9\">%u</tspan><tspan dy=\"5\">&#8203;</tspan>"

/* Format of a look, a range and its size in a title, and the values for it. */
#define RANGE_FORMAT "%s 0x%" PRIxPTR "-0x%" PRIxPTR " (%s)"
#define RANGE(what, start, end) what, start, end, human((end) - (start)).text

/* --- elements of SVG (svg.c) -------------------------------------------------- */

/* Writes any bytes as text of XML 1.0, with '?' for characters that it excludes. */
void svg_escape(FILE *out, const char *text);

/* Draws a rectangle of a class, with a title that browsers show under the mouse; NULL: none.
 * Frees the title. */
void svg_rect(FILE *out, const char *class, double x, double y, double width, double height,
	      char *title);

/* Draws a line of text of a class. */
void svg_text(FILE *out, const char *class, double x, double y, const char *text);

/* Draws a line of text with elements in it: nothing is escaped. */
void svg_markup(FILE *out, const char *class, double x, double y, const char *format, ...)
	__attribute__((format(printf, 5, 6)));

#endif
