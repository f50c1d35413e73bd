/* SPDX-License-Identifier: MIT */
/* What the parts of a picture share while it is drawn, from the top down. */
#ifndef VACTL_PLOT_DRAW_H
#define VACTL_PLOT_DRAW_H

#include "plot_picture.h"

#define DRAW_MARGIN 24.0
#define DRAW_BAR 16.0 /* the height of what is drawn to scale */

struct drawing {
	const struct picture *picture;
	FILE *out;
	double y; /* where the next part begins */
};

/* Title, legend with sums, and all of user space on a logarithmic axis. */
void draw_head(struct drawing *drawing);
void draw_legend(struct drawing *drawing);
void draw_overview(struct drawing *drawing);

/* The lines, each to its own scale. */
void draw_rows(struct drawing *drawing);

/* A heading, and behind it what helps to read what follows. */
void draw_heading(struct drawing *drawing, const char *heading, const char *help);

/* "2" and a raised N. */
void draw_power(FILE *out, unsigned int order);

/* A title, which browsers show where the mouse rests: look, range and size. */
void draw_title(FILE *out, const char *what, uintptr_t start, uintptr_t end);

/* The same without the element around it. */
void draw_range(FILE *out, const char *what, uintptr_t start, uintptr_t end);

#endif
