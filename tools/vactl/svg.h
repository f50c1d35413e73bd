/* SPDX-License-Identifier: MIT */
/* SVG elements. Their texts may have any bytes: they are escaped, and '?' stands
 * for what XML 1.0 excludes. */
#ifndef VACTL_SVG_H
#define VACTL_SVG_H

#include <stdio.h>

void svg_escape(FILE *out, const char *text);

/* A rectangle of a class, with a title that browsers show under the mouse; NULL: none.
 * The title is from malloc, and is freed. */
void svg_rect(FILE *out, const char *class, double x, double y, double width, double height,
	      char *title);

/* A line of text of a class. */
void svg_text(FILE *out, const char *class, double x, double y, const char *text);

/* A line of text with elements in it: nothing is escaped. */
void svg_markup(FILE *out, const char *class, double x, double y, const char *format, ...)
	__attribute__((format(printf, 5, 6)));

#endif
