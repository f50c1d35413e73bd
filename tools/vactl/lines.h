/* SPDX-License-Identifier: MIT */
/*
 * The address space divided into the lines of a picture. Each line is a block
 * of 2^N bytes at a multiple of its size and has its own scale; stretches of
 * ground, and single large mappings, are folded into lines of any length. Lines
 * are split where there is most to show, until their number is used up. Pure.
 */
#ifndef VACTL_LINES_H
#define VACTL_LINES_H

#include "core/window.h"
#include "regions.h"

struct map_line {
	uintptr_t start, end; /* bytes, [start, end) */
	size_t region;        /* the first that reaches into it */
	size_t main;          /* the largest of a folded one */
	bool folded;          /* all of one region, or of ground of nearly one look */
	unsigned int weight;  /* how much a finer scale is wanted; 0: not at all */
};

struct lines {
	struct map_line *at;
	size_t count;
};

/* Makes lines for `range`, enlarged to a block of 2^N bytes: at most `limit`, 1 or
 * more. A line is `columns` wide, and a region is visible from a width of `least`
 * columns on. */
void lines_make(struct lines *lines, const struct regions *regions, struct span range, size_t limit,
		unsigned int columns, unsigned int least);

/* Whether the lines serve for changed regions too: a folded one hides none that a
 * picture has to show. Looks the lines' regions up anew. */
bool lines_keep(struct lines *lines, const struct regions *regions);

/* The smallest block of 2^N bytes, at a multiple of its size, that holds a range
 * below REGIONS_TOP. */
struct span lines_block(struct span range);

/* N of a block. */
unsigned int line_order(const struct map_line *line);

#endif
