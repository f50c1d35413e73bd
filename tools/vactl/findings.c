/* SPDX-License-Identifier: MIT */
#include "findings.h"

#include <stdlib.h>

#include "core/text.h"
#include "message.h"
#include "names.h"
#include "pieces.h"

struct search {
	const struct reading *reading;
	struct findings *findings;
	struct spans outside;
	size_t room;
	bool escapes_only;
};

static void add(struct search *search, enum finding_type type, struct span span,
		const struct piece *piece)
{
	struct findings *findings = search->findings;

	if (span_empty(span) || (search->escapes_only && type != FINDING_ESCAPE))
		return;
	if (findings->count == search->room) {
		search->room = search->room * 2 + 16;
		findings->at = memory_array(findings->at, search->room, sizeof(*findings->at));
	}
	findings->at[findings->count++] = (struct finding){
		.type = type, .span = span, .kind = piece ? piece_kind(piece) : KIND_NONE,
		.entry = piece ? piece->entry : NULL, .vma = piece ? piece->vma : NULL,
	};
}

/* Whether something mapped may lie outside. The main stack grows by itself. */
static bool may_be_outside(const struct piece *piece)
{
	switch (piece_kind(piece)) {
	case KIND_HOST:
	case KIND_FENCE:
	case KIND_GUARD:
	case KIND_OWN:
	case KIND_CLAIM:
		return true;
	case KIND_FOREIGN:
		if (piece->entry->detail.flags & ENTRY_START)
			return true;
	}
	return text_is(piece->vma->name, piece->vma->name_length, "[stack]");
}

/* What the library has mapped itself, or seen mapped, is there until it sees
 * that unmapped. What it has learnt may be gone unseen. */
static bool is_stale(const struct piece *piece)
{
	unsigned int kind = piece_kind(piece);

	/* A call in flight is about to take it out of the table, or to keep it. */
	if (piece->entry && piece->entry->detail.flags & ENTRY_CLAIMED)
		return false;
	return !piece->vma && (kind == KIND_GUEST || kind == KIND_HOST || kind == KIND_OWN);
}

static void look_at(struct search *search, const struct piece *piece)
{
	struct span span = { piece->start, piece->end };

	if (is_stale(piece))
		add(search, FINDING_STALE, span, piece);
	if (!piece->vma || may_be_outside(piece))
		return;
	for (int i = 0; i < search->outside.count; i++)
		add(search, FINDING_ESCAPE, span_cut(span, search->outside.at[i]), piece);
}

static void look_at_gap(struct search *search, struct span gap)
{
	if (search->reading->table.fence == FENCE_OFF)
		return;
	for (int i = 0; i < search->outside.count; i++)
		add(search, FINDING_HOLE, span_cut(gap, search->outside.at[i]), NULL);
}

void findings_collect(const struct reading *reading, bool escapes_only, struct findings *findings)
{
	const struct table *table = &reading->table;
	struct window window = { .lower = table->lower, .upper = table->upper };
	struct search search = {
		.reading = reading, .findings = findings, .escapes_only = escapes_only,
		.outside = window_outside(&window, table->min, table->top),
	};
	uintptr_t free = 0;
	struct pieces pieces;
	struct piece piece;

	*findings = (struct findings){ 0 };
	pieces_start(&pieces, &reading->intervals, &reading->vmas);
	while (pieces_next(&pieces, &piece)) {
		look_at_gap(&search, (struct span){ free, piece.start });
		look_at(&search, &piece);
		free = piece.end;
	}
	look_at_gap(&search, (struct span){ free, UINTPTR_MAX });
}

void findings_free(struct findings *findings)
{
	free(findings->at);
	*findings = (struct findings){ 0 };
}

/* Those of one type neither overlap nor go down, so both lists are gone through
 * once for each. */
static bool is_confirmed(const struct finding *finding, const struct findings *earlier,
			 size_t *at)
{
	for (; *at < earlier->count && earlier->at[*at].span.start < finding->span.end; ++*at)
		if (earlier->at[*at].type == finding->type &&
		    earlier->at[*at].span.end > finding->span.start)
			return true;
	return false;
}

void findings_confirm(struct findings *findings, const struct findings *earlier)
{
	size_t kept = 0, at[FINDING_TYPES] = { 0 };

	for (size_t i = 0; i < findings->count; i++)
		if (is_confirmed(&findings->at[i], earlier, &at[findings->at[i].type]))
			findings->at[kept++] = findings->at[i];
	findings->count = kept;
}

const char *finding_word(enum finding_type type)
{
	static const char *const words[FINDING_TYPES] = {
		[FINDING_ESCAPE] = "escape", [FINDING_HOLE] = "hole", [FINDING_STALE] = "stale",
	};

	return words[type];
}
