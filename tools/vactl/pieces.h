/* SPDX-License-Identifier: MIT */
/*
 * User space, from address 0 to its end, cut at every bound of the table's intervals
 * and of the kernel's list. Gaps are cut at the window's bounds too, and at the lowest
 * address that the kernel gives; so are mappings that the table leaves out since the
 * kernel's list implies them. If a fence stands, mappings without rights outside the
 * window are fence; if the kernel places, every mapping in the window is a guest's.
 */
#ifndef VACTL_PIECES_H
#define VACTL_PIECES_H

#include "image.h"
#include "vmas.h"

struct piece {
	uintptr_t start, end;
	const struct entry *entry;       /* NULL: the table has none there */
	const struct procmaps_line *vma; /* NULL: the kernel has none there */
	unsigned int kind;               /* KIND_NONE: it is free; KIND_UNKNOWN (names.h) */
	bool inside;                     /* wholly in the window */
};

static inline bool piece_is_gap(const struct piece *piece)
{
	return piece->kind == KIND_NONE;
}

/* A walk along both lists, which stay the caller's like the table's header. */
struct pieces {
	const struct table *table;
	const struct intervals *intervals;
	const struct vmas *vmas;
	struct spans inside;
	bool fenced; /* a fence stands around a window */
	size_t e, v;
	uintptr_t at;
};

void pieces_start(struct pieces *pieces, const struct table *table,
		  const struct intervals *intervals, const struct vmas *vmas);

/* Steps to the next piece. Returns false at the end, even of lists that are not in order. */
bool pieces_next(struct pieces *pieces, struct piece *piece);

/* Whether the list has any fence. A debugger's core file lists none: it leaves out mappings
 * that are not to be dumped. */
bool pieces_list_fence(const struct table *table, const struct vmas *vmas);

/* The line of the file whose code mapped the piece; NULL: unknown. */
const struct procmaps_line *piece_owner(const struct piece *piece, const struct vmas *vmas);

#endif
