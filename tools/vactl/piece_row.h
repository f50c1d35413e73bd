/* SPDX-License-Identifier: MIT */
/* A piece of an address space as a row of a listing, in maps and in check. */
#ifndef VACTL_PIECE_ROW_H
#define VACTL_PIECE_ROW_H

#include "listing.h"
#include "pieces.h"
#include "symbols.h"

/* `caller`: whether the column CALLER is shown without --output. */
#define PIECE_COLUMNS(caller) \
	{ "START", COLUMN_ADDRESS, true, .help = "its first address" }, \
	{ "END", COLUMN_ADDRESS, true, .help = "the first address behind it" }, \
	{ "SIZE", COLUMN_SIZE, true, .help = "its size" }, \
	{ "KIND", COLUMN_TEXT, true, \
	  .help = "guest, host, foreign, fence, guard, own, claim; unknown: only the kernel has it" }, \
	{ "PERM", COLUMN_TEXT, !(caller), \
	  .help = "permissions, as the kernel has them; -: nothing is mapped" }, \
	{ "FILE", COLUMN_TEXT, true, .help = "the file mapped, or its name" }, \
	{ "OWNER", COLUMN_TEXT, false, .help = "the file whose code mapped it" }, \
	{ "CALLER", COLUMN_TEXT, caller, \
	  .help = "the function that mapped it, or file+offset, if it is known" }, \
	{ "PC", COLUMN_ADDRESS, false, .help = "the address that it was mapped from" }, \
	{ "WHEN", COLUMN_NUMBER, false, .help = "the number of the operation that mapped it" }, \
	{ "FLAGS", COLUMN_TEXT, false, \
	  .help = "shm, outside, growsdown; start: there from the start" }

/* Fills these columns of the row. A piece without entry and vma is a gap. */
void piece_row(struct listing *listing, const struct piece *piece, struct symbols *symbols);

#endif
