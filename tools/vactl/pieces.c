/* SPDX-License-Identifier: MIT */
#include "pieces.h"

#include "names.h"

void pieces_start(struct pieces *pieces, const struct intervals *intervals,
		  const struct vmas *vmas)
{
	*pieces = (struct pieces){ .intervals = intervals, .vmas = vmas };
}

/* How far a piece beginning at `at` goes as far as [start, end) is concerned:
 * to its end where it holds `at`, else to its start. */
static uintptr_t reaches(uintptr_t at, uintptr_t start, uintptr_t end)
{
	return start <= at ? end : start;
}

/* One step; false where both lists are at their ends. */
static bool step(struct pieces *pieces, struct piece *piece)
{
	const struct intervals *intervals = pieces->intervals;
	const struct vmas *vmas = pieces->vmas;
	uintptr_t at = pieces->at;

	while (pieces->e < intervals->count && intervals->at[pieces->e].end <= at)
		pieces->e++;
	while (pieces->v < vmas->count && vmas->line[pieces->v].end <= at)
		pieces->v++;
	const struct entry *entry = pieces->e < intervals->count ?
				    &intervals->at[pieces->e] : NULL;
	const struct procmaps_line *vma = pieces->v < vmas->count ? &vmas->line[pieces->v] : NULL;

	*piece = (struct piece){ .start = at, .end = UINTPTR_MAX };
	if (entry) {
		piece->end = reaches(at, entry->start, entry->end);
		piece->entry = entry->start <= at ? entry : NULL;
	}
	if (vma) {
		uintptr_t end = reaches(at, vma->start, vma->end);

		piece->end = end < piece->end ? end : piece->end;
		piece->vma = vma->start <= at ? vma : NULL;
	}
	pieces->at = piece->end; /* it only grows */
	return entry || vma;
}

bool pieces_next(struct pieces *pieces, struct piece *piece)
{
	do {
		if (!step(pieces, piece))
			return false;
	} while (!piece->entry && !piece->vma);
	return true;
}

unsigned int piece_kind(const struct piece *piece)
{
	return piece->entry ? piece->entry->detail.kind : KIND_UNKNOWN;
}
