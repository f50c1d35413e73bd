/* SPDX-License-Identifier: MIT */
/* A piece of an address space as a row of a listing, in maps and in check. */
#ifndef VACTL_PIECE_ROW_H
#define VACTL_PIECE_ROW_H

#include "listing.h"
#include "pieces.h"
#include "symbols.h"

/* Columns of a piece. `caller`: whether CALLER is shown without --output. */
#define PIECE_COLUMNS(caller) \
	{ "START", COLUMN_ADDRESS, true, .help = "its first address" }, \
	{ "END", COLUMN_ADDRESS, true, .help = "the first address behind it" }, \
	{ "SIZE", COLUMN_SIZE, true, .help = "its size" }, \
	{ "KIND", COLUMN_TEXT, true, \
	  .help = "guest, host, other, fence, guard, own, claim; unknown: only the kernel has it" }, \
	{ "TYPE", COLUMN_TEXT, !(caller), \
	  .help = "stack, heap, arena (malloc's), image (of a program), file, shm, vdso, table (the " \
		  "library's), reserve (without access), data" }, \
	{ "INSIDE", COLUMN_BOOLEAN, false, .help = "whether it lies wholly in the window" }, \
	{ "PERM", COLUMN_TEXT, !(caller), \
	  .help = "permissions, as the kernel has them; -: nothing is mapped" }, \
	{ "FILE", COLUMN_TEXT, true, .help = "the file mapped, or its name" }, \
	{ "OFFSET", COLUMN_ADDRESS, false, .help = "where it begins in the file" }, \
	{ "INODE", COLUMN_NUMBER, false, .help = "the file's inode number" }, \
	{ "OWNER", COLUMN_TEXT, false, .help = "the file whose code mapped it" }, \
	{ "CALLER", COLUMN_TEXT, caller, \
	  .help = "the function that mapped it, or file+offset, if it is known" }, \
	{ "PC", COLUMN_ADDRESS, false, .help = "the address that it was mapped from" }, \
	{ "WHEN", COLUMN_NUMBER, false, .help = "the number of the operation that mapped it" }, \
	{ "FLAGS", COLUMN_TEXT, false, \
	  .help = "shm, outside, growsdown; start: there from the start" }, \
	{ "RSS", COLUMN_SIZE, false, .help = "how much of it is in memory, of whole mappings" }, \
	{ "PSS", COLUMN_SIZE, false, .help = "the same, shared pages in proportion" }, \
	{ "SWAP", COLUMN_SIZE, false, .help = "how much of it is swapped out" }, \
	{ "DIRTY", COLUMN_SIZE, false, .help = "how much of it was written to" }, \
	{ "THP", COLUMN_SIZE, false, .help = "how much of it is in transparent huge pages" }

/* The common part of all rows of one reading. */
struct piece_rows {
	const struct reading *reading;
	struct symbols symbols;
	struct vmas smaps; /* read if the listing shows a column that needs it */
};

void piece_rows_open(struct piece_rows *rows, const struct listing *listing,
		     const struct reading *reading);
void piece_rows_close(struct piece_rows *rows);

/* Fills PIECE_COLUMNS of the row. */
void piece_row(struct listing *listing, const struct piece *piece, struct piece_rows *rows);

#endif
