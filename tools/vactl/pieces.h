/* SPDX-License-Identifier: MIT */
/*
 * The table joined with the kernel's list: the address space cut at every bound
 * of either, from the lowest piece to the highest.
 */
#ifndef VACTL_PIECES_H
#define VACTL_PIECES_H

#include <stdbool.h>

#include "image.h"
#include "vmas.h"

/* At least one of the pointers is not NULL. */
struct piece {
	uintptr_t start, end;
	const struct entry *entry;
	const struct procmaps_line *vma;
};

/* A walk along both lists, which stay the caller's. */
struct pieces {
	const struct intervals *intervals;
	const struct vmas *vmas;
	size_t e, v;
	uintptr_t at;
};

void pieces_start(struct pieces *pieces, const struct intervals *intervals,
		  const struct vmas *vmas);

/* Steps to the next piece; false at the end, which comes even if the lists are
 * not in order. */
bool pieces_next(struct pieces *pieces, struct piece *piece);

/* Of enum kind, or KIND_UNKNOWN (names.h). */
unsigned int piece_kind(const struct piece *piece);

/* The file whose code mapped the piece, in the same list; NULL: unknown. */
const struct procmaps_line *piece_owner(const struct piece *piece, const struct vmas *vmas);

#endif
