/* SPDX-License-Identifier: MIT */
/* A line of a picture in the cells of a terminal. Pure. */
#ifndef VACTL_CELLS_H
#define VACTL_CELLS_H

#include "rows.h"

struct cell {
	enum look look;    /* of most that is mapped; where nothing is, of most ground */
	unsigned int fill; /* mapped, in eighths: 0 of ground, 1 to 8 of what is mapped */
};

/* Fills `columns` cells, each an equal part of the line to within a byte. */
void cells_fill(struct cell *cell, unsigned int columns, const struct tiles *tiles,
		const struct row *row);

#endif
