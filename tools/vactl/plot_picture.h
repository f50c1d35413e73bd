/* SPDX-License-Identifier: MIT */
/* The picture of an address space as SVG, for browsers and documents. */
#ifndef VACTL_PLOT_PICTURE_H
#define VACTL_PLOT_PICTURE_H

#include <stdio.h>

#include "core/window.h"
#include "tiles.h"

#define PICTURE_WIDTH 1000
#define PICTURE_WIDTH_MIN 480
#define PICTURE_WIDTH_MAX 10000
#define PICTURE_ROWS 40
#define PICTURE_ROWS_MAX 1000

struct picture {
	const struct tiles *tiles; /* one at least */
	struct spans spans;        /* of the window, within the tiles */
	const char *title;         /* any bytes */
	const char *facts;         /* a line below it */
	const struct vmas *owners; /* in which a caller's address lies; NULL: unknown */
	int width;                 /* in pixels */
	size_t rows;               /* at most as many lines, 1 or more */
};

void picture_draw(const struct picture *picture, FILE *out);

#endif
