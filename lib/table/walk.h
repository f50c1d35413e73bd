/* SPDX-License-Identifier: MIT */
/* The mappings of the process by the kernel's list, and the kind of each piece by the
 * table. */
#ifndef VALIMIT_TABLE_WALK_H
#define VALIMIT_TABLE_WALK_H

#include "core/procmaps.h"
#include "space.h"

/* A mapping, or a part of one, that has one kind. */
struct walk_piece {
	struct span span;
	enum kind kind;  /* KIND_NONE: unknown */
	uint64_t caller; /* 0: unknown */
	const struct procmaps_line *line; /* of the whole mapping; without its name */
};

typedef long walk_visit(const struct walk_piece *piece, void *context);

/* Calls `visit` for each whole piece that touches the range, in ascending order. `visit`
 * returns 0 to go on, or a positive value to stop. The table is locked meanwhile, so that
 * it agrees with the list; where the lock cannot be had, as in a handler that interrupts
 * its holder, or `space` is NULL, all kinds are KIND_NONE. 0, the value of `visit`, or
 * -errno where the list cannot be read. */
long walk_each(struct space *space, struct span range, walk_visit *visit, void *context);

#endif
