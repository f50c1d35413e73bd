/* SPDX-License-Identifier: MIT */
/* Writing SVG, of which every name of a file is part and none may break it. */
#ifndef VACTL_SVG_H
#define VACTL_SVG_H

#include <stddef.h>
#include <stdio.h>

/* Text of any bytes as the content of an element or a value in double quotes:
 * what XML 1.0 has no place for becomes '?'. */
void svg_escape(FILE *out, const char *text, size_t length);

/* "0x10000 4K" and the like: printf, with what comes out escaped. */
void svg_printf(FILE *out, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A rectangle of a class, left open for its title: svg_close() ends it. */
void svg_rect(FILE *out, const char *class, double x, double y, double width, double height);

/* A line of text of a class, whose content follows. */
void svg_text(FILE *out, const char *class, double x, double y);
void svg_close(FILE *out, const char *element);

#endif
