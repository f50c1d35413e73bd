/* SPDX-License-Identifier: MIT */
/* What is mapped, by the kernel's list, and what each piece is, by the table. */
#ifndef VALIMIT_TABLE_WALK_H
#define VALIMIT_TABLE_WALK_H

#include "core/procmaps.h"
#include "space.h"

/* A mapping, or the part of one that is all of one kind. */
struct walk_piece {
	struct span span;
	enum kind kind;  /* KIND_NONE: not known */
	uint64_t caller; /* 0: unknown */
	const struct procmaps_line *line; /* the kernel's, of all of the mapping; no name */
};

typedef long walk_visit(const struct walk_piece *piece, void *context);

/* Calls `visit`, which answers no negative, for each piece that touches the range, whole,
 * in ascending order, until it returns other than 0. With the table in hand, so
 * that list and table say the same; where it cannot be had, as in a handler that
 * interrupts its holder, or where `space` is NULL, all kinds are KIND_NONE. 0, what visit
 * returned, or -errno where the list cannot be read. */
long walk_each(struct space *space, struct span range, walk_visit *visit, void *context);

#endif
