/* SPDX-License-Identifier: MIT */
#include "pieces.h"

#include "names.h"

void pieces_start(struct pieces *pieces, const struct table *table,
		  const struct intervals *intervals, const struct vmas *vmas)
{
	struct window window = image_window(table);

	*pieces = (struct pieces){ .table = table, .intervals = intervals, .vmas = vmas,
				   .inside = image_inside(table),
				   .fenced = table->fence != FENCE_OFF && !window_unlimited(&window) };
}

bool pieces_list_fence(const struct table *table, const struct vmas *vmas)
{
	struct spans outside = image_outside(table);

	for (size_t v = 0; v < vmas->count; v++) {
		struct span span = { vmas->line[v].start, vmas->line[v].end };

		for (int i = 0; vma_reserved(&vmas->line[v]) && i < outside.count; i++)
			if (!span_empty(span_cut(span, outside.at[i])))
				return true;
	}
	return false;
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

static void cut_at_window(struct piece *piece, const struct pieces *pieces)
{
	cut_piece(piece, 0, pieces->table->min);
	for (int i = 0; i < pieces->inside.count; i++)
		piece->inside |= cut_piece(piece, pieces->inside.at[i].start,
					   pieces->inside.at[i].end);
}

/* Judges a piece that the table does not have. */
static void judge_piece(struct piece *piece, const struct pieces *pieces)
{
	const struct table *table = pieces->table;
	bool reserved = piece->vma && vma_reserved(piece->vma);

	piece->kind = piece->vma ? KIND_UNKNOWN : KIND_NONE;
	if (!piece->vma || (pieces->fenced && (reserved || table->passthrough)))
		cut_at_window(piece, pieces);
	else
		piece->inside = image_holds(table, piece->start, piece->end);
	if (!pieces->fenced || piece->start < table->min)
		return;
	/* Any mapping with rights or a file has replaced fence. */
	if (piece->inside ? reserved && table->edge &&
			    cut_piece(piece, table->edge, table->edge_end) :
			    reserved || (!piece->vma && pieces->intervals->unlisted))
		piece->kind = KIND_FENCE;
	else if (piece->inside && piece->vma && table->passthrough)
		piece->kind = KIND_GUEST;
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
	if (piece->entry) {
		piece->kind = piece->entry->info.kind;
		piece->inside = image_holds(pieces->table, piece->start, piece->end);
	} else {
		judge_piece(piece, pieces);
	}
	pieces->at = piece->end; /* it only grows */
	return piece->start < piece->end;
}

const struct procmaps_line *piece_owner(const struct piece *piece, const struct vmas *vmas)
{
	return piece->entry && piece->entry->info.caller ?
		       vmas_find(vmas, piece->entry->info.caller) :
		       NULL;
}
