/* SPDX-License-Identifier: MIT */
/*
 * User space, from address 0 to its end, cut at every bound of the table's intervals
 * and of the kernel's list. What is free is cut at the window's bounds too, and at the
 * lowest address that the kernel gives.
 */
#ifndef VACTL_PIECES_H
#define VACTL_PIECES_H

#include <stdbool.h>

#include "image.h"
#include "vmas.h"

struct piece {
	uintptr_t start, end;
	const struct entry *entry;       /* NULL: the table has none there */
	const struct procmaps_line *vma; /* NULL: the kernel has none there */
	bool inside;                     /* wholly in the window */
};

/* Whether neither list has it: it is free. */
static inline bool piece_is_gap(const struct piece *piece)
{
	return !piece->entry && !piece->vma;
}

/* A walk along both lists, which stay the caller's, as the header does. */
struct pieces {
	const struct table *table;
	const struct intervals *intervals;
	const struct vmas *vmas;
	struct spans inside;
	size_t e, v;
	uintptr_t at;
};

void pieces_start(struct pieces *pieces, const struct table *table,
		  const struct intervals *intervals, const struct vmas *vmas);

/* Steps to the next piece; false at the end, which comes even if the lists are
 * not in order. */
bool pieces_next(struct pieces *pieces, struct piece *piece);

/* Of enum kind, or KIND_UNKNOWN (names.h). */
unsigned int piece_kind(const struct piece *piece);

/* The file whose code mapped the piece, in the same list; NULL: unknown. */
const struct procmaps_line *piece_owner(const struct piece *piece, const struct vmas *vmas);

#endif
