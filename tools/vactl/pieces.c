/* SPDX-License-Identifier: MIT */
#include "pieces.h"

#include "names.h"

void pieces_start(struct pieces *pieces, const struct table *table,
		  const struct intervals *intervals, const struct vmas *vmas)
{
	*pieces = (struct pieces){ .table = table, .intervals = intervals, .vmas = vmas,
				   .inside = image_inside(table) };
}

/* Cuts the piece at a bound of [start, end): the end if it holds the piece's
 * start, else the start. Returns whether it does. */
static bool cut_piece(struct piece *piece, uintptr_t start, uintptr_t end)
{
	bool holds = start <= piece->start;
	uintptr_t bound = holds ? end : start;

	if (bound > piece->start && bound < piece->end)
		piece->end = bound;
	return holds && end > piece->start;
}

static void cut_gap(struct piece *gap, const struct pieces *pieces)
{
	cut_piece(gap, 0, pieces->table->min);
	for (int i = 0; i < pieces->inside.count; i++)
		gap->inside |= cut_piece(gap, pieces->inside.at[i].start, pieces->inside.at[i].end);
}

bool pieces_next(struct pieces *pieces, struct piece *piece)
{
	const struct intervals *intervals = pieces->intervals;
	const struct vmas *vmas = pieces->vmas;

	*piece = (struct piece){ .start = pieces->at, .end = pieces->table->top };
	while (pieces->e < intervals->count && intervals->at[pieces->e].end <= pieces->at)
		pieces->e++;
	while (pieces->v < vmas->count && vmas->line[pieces->v].end <= pieces->at)
		pieces->v++;
	if (pieces->e < intervals->count) {
		const struct entry *entry = &intervals->at[pieces->e];

		piece->entry = cut_piece(piece, entry->start, entry->end) ? entry : NULL;
	}
	if (pieces->v < vmas->count) {
		const struct procmaps_line *vma = &vmas->line[pieces->v];

		piece->vma = cut_piece(piece, vma->start, vma->end) ? vma : NULL;
	}
	if (piece_is_gap(piece))
		cut_gap(piece, pieces);
	else
		piece->inside = image_holds(pieces->table, piece->start, piece->end);
	pieces->at = piece->end; /* it only grows */
	return piece->start < piece->end;
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
