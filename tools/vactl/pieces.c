/* SPDX-License-Identifier: MIT */
#include "pieces.h"

#include "names.h"

void pieces_start(struct pieces *pieces, const struct intervals *intervals, const struct vmas *vmas)
{
	*pieces = (struct pieces){ .intervals = intervals, .vmas = vmas };
}

/* Cuts the piece at a bound of [start, end): the end if it holds the piece's
 * start, else the start. Returns whether it does. */
static bool cut_piece(struct piece *piece, uintptr_t start, uintptr_t end)
{
	bool holds = start <= piece->start;
	uintptr_t bound = holds ? end : start;

	if (bound < piece->end)
		piece->end = bound;
	return holds;
}

bool pieces_next(struct pieces *pieces, struct piece *piece)
{
	const struct intervals *intervals = pieces->intervals;
	const struct vmas *vmas = pieces->vmas;

	do {
		*piece = (struct piece){ .start = pieces->at, .end = UINTPTR_MAX };
		while (pieces->e < intervals->count && intervals->at[pieces->e].end <= pieces->at)
			pieces->e++;
		while (pieces->v < vmas->count && vmas->line[pieces->v].end <= pieces->at)
			pieces->v++;
		if (pieces->e == intervals->count && pieces->v == vmas->count)
			return false;
		if (pieces->e < intervals->count) {
			const struct entry *entry = &intervals->at[pieces->e];

			piece->entry = cut_piece(piece, entry->start, entry->end) ? entry : NULL;
		}
		if (pieces->v < vmas->count) {
			const struct procmaps_line *vma = &vmas->line[pieces->v];

			piece->vma = cut_piece(piece, vma->start, vma->end) ? vma : NULL;
		}
		pieces->at = piece->end; /* it only grows */
	} while (!piece->entry && !piece->vma);
	return true;
}

unsigned int piece_kind(const struct piece *piece)
{
	return piece->entry ? piece->entry->detail.kind : KIND_UNKNOWN;
}

const struct procmaps_line *piece_owner(const struct piece *piece, const struct vmas *vmas)
{
	return piece->entry && piece->entry->detail.caller ?
		       vmas_find(vmas, piece->entry->detail.caller) :
		       NULL;
}
