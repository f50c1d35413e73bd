/* SPDX-License-Identifier: MIT */
/*
 * What is drawn of a line: one mark for each mapped tile, none narrower than
 * can be seen; those that would lie on top of each other are one mark. Pure.
 */
#ifndef VACTL_MARKS_H
#define VACTL_MARKS_H

#include "rows.h"

struct mark {
	double from, to;      /* along the line, 0 to its width; `from` is less */
	enum look look;       /* of most of its bytes */
	size_t tile;          /* the first */
	size_t count;         /* of mapped tiles; 1: it is that one and no other */
	uintptr_t start, end; /* what it stands for */
	uint64_t bytes;       /* mapped there */
};

/* A walk along a line that is `width` wide, where nothing is narrower than
 * `least`. */
struct marks {
	const struct tiles *tiles;
	struct row row;
	double width, least;
	size_t tile;
	double edge; /* the end of the mark before */
};

void marks_start(struct marks *marks, const struct tiles *tiles, const struct row *row,
		 double width, double least);
bool marks_next(struct marks *marks, struct mark *mark);

#endif
