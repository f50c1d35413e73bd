/* SPDX-License-Identifier: MIT */
/*
 * The address space divided into the lines of a picture. Each line is a block
 * of 2^N bytes at a multiple of its size and has its own scale; stretches with
 * nothing to tell in them are folded into lines of any length. Lines become
 * shorter where there is more to tell, until their number is used up. Pure.
 */
#ifndef VACTL_ROWS_H
#define VACTL_ROWS_H

#include "core/window.h"
#include "tiles.h"

struct row {
	uintptr_t start, end; /* bytes, [start, end) */
	size_t tile;          /* the first that reaches into it */
	size_t main;          /* the largest of a folded one */
	bool folded;          /* all of one tile, or of ground that is nearly all of one look */
	unsigned int weight;  /* how much a finer scale is wanted; 0: not at all */
};

struct rows {
	struct row *at;
	size_t count;
};

/* Lines for what lies in `range`, made larger to a block of 2^N bytes. At most
 * `limit` of them, 1 or more; a line is `columns` wide, and what a picture has
 * to make visible is so from a width of `least` columns on. */
void rows_make(struct rows *rows, const struct tiles *tiles, struct span range, size_t limit,
	       unsigned int columns, unsigned int least);
void rows_free(struct rows *rows);

/* Whether these lines still serve for changed tiles: nothing that is to be
 * seen lies in a folded one. Looks up the lines' tiles anew. */
bool rows_keep(struct rows *rows, const struct tiles *tiles);

/* The smallest block of 2^N bytes, at a multiple of its size, that holds a
 * range below TILES_TOP. */
struct span rows_block(struct span range);

/* Of a block: N. */
unsigned int rows_order(const struct row *row);

#endif
