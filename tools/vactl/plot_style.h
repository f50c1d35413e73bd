/* SPDX-License-Identifier: MIT */
/* Colours and other looks of a picture, for light and dark screens. */
#ifndef VACTL_PLOT_STYLE_H
#define VACTL_PLOT_STYLE_H

#include <stdio.h>

#include "tiles.h"

/* The class of a look's rectangles. */
const char *style_class(enum look look);

/* The style sheet and the patterns. */
void style_print(FILE *out);

#endif
