/* SPDX-License-Identifier: MIT */
/* A piece of an address space as a row of a listing, in maps and in check. */
#ifndef VACTL_PIECE_ROW_H
#define VACTL_PIECE_ROW_H

#include "listing.h"
#include "pieces.h"
#include "symbols.h"

/* Columns of a piece in check, and from the second on in maps; bits of those shown. */
enum { SHOWN_MAPS = 1, SHOWN_CHECK = 2 };
extern const struct column piece_columns[];

/* The common part of all rows of one reading. */
struct piece_rows {
	const struct reading *reading;
	struct symbols symbols;
	struct vmas smaps; /* read if the listing shows a column that needs it */
};

void piece_rows_open(struct piece_rows *rows, const struct listing *listing,
		     const struct reading *reading);
void piece_rows_close(struct piece_rows *rows);

/* Fills the columns of the row but FINDING. */
void piece_row(struct listing *listing, const struct piece *piece, struct piece_rows *rows);

#endif
