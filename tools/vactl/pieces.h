/* SPDX-License-Identifier: MIT */
/*
 * The table joined with the kernel's own list: the address space cut at every
 * bound of either, from the lowest piece to the highest.
 */
#ifndef VACTL_PIECES_H
#define VACTL_PIECES_H

#include <stdbool.h>

#include "image.h"
#include "vmas.h"

/* Either can be NULL, not both. */
struct piece {
	uintptr_t start, end;
	const struct entry *entry;
	const struct procmaps_line *vma;
};

/* A walk over both lists, which stay the caller's. */
struct pieces {
	const struct intervals *intervals;
	const struct vmas *vmas;
	size_t e, v;
	uintptr_t at;
};

void pieces_start(struct pieces *pieces, const struct intervals *intervals,
		  const struct vmas *vmas);

/* The next piece; false at the end. Neither list has to be in order for that
 * to come. */
bool pieces_next(struct pieces *pieces, struct piece *piece);

/* Of enum kind, or KIND_UNKNOWN (names.h). */
unsigned int piece_kind(const struct piece *piece);

#endif
