/* SPDX-License-Identifier: MIT */
#include "totals.h"

#include "pieces.h"

/* A span being measured from below. */
struct measure {
	struct span span;
	uintptr_t free; /* end of what was before */
	struct usage *usage;
};

static uint64_t length(struct span span)
{
	return span_empty(span) ? 0 : span.end - span.start;
}

static void add_gap(struct usage *usage, struct span gap)
{
	if (span_empty(gap))
		return;
	usage->gaps++;
	usage->free += length(gap);
	if (length(gap) > length(usage->largest))
		usage->largest = gap;
}

static void add_piece(struct measure *measure, const struct piece *piece)
{
	struct span part = span_cut(measure->span, (struct span){ piece->start, piece->end });

	if (span_empty(part))
		return;
	add_gap(measure->usage, (struct span){ measure->free, part.start });
	measure->free = part.end;
	if (piece_kind(piece) == KIND_FENCE)
		measure->usage->kept += length(part);
	else
		measure->usage->used += length(part);
}

static void add_usage(struct usage *sum, const struct usage *usage)
{
	sum->size += usage->size;
	sum->used += usage->used;
	sum->kept += usage->kept;
	sum->free += usage->free;
	sum->gaps += usage->gaps;
	if (length(usage->largest) > length(sum->largest))
		sum->largest = usage->largest;
}

/* The window's spans from below, each with nothing in it yet. */
static void begin_spans(struct totals *totals, struct measure *measure, const struct table *table)
{
	struct window window = { .lower = table->lower, .upper = table->upper };
	struct spans spans = window_spans(&window, table->min, table->top);

	totals->spans = spans.count;
	for (int i = 0; i < spans.count; i++) {
		struct span span = spans.at[spans.count - 1 - i];

		totals->span[i] = span;
		totals->of_span[i].size = length(span);
		measure[i] = (struct measure){ span, span.start, &totals->of_span[i] };
	}
}

void totals_compute(const struct reading *reading, struct totals *totals)
{
	struct pieces pieces;
	struct measure measure[2];
	struct piece piece;

	*totals = (struct totals){ 0 };
	begin_spans(totals, measure, &reading->table);
	pieces_start(&pieces, &reading->intervals, &reading->vmas);
	while (pieces_next(&pieces, &piece) && piece.start < reading->table.top) {
		struct total *total = &totals->kind[piece_kind(&piece)];

		total->bytes += piece.end - piece.start;
		total->count++;
		for (int i = 0; i < totals->spans; i++)
			add_piece(&measure[i], &piece);
	}
	for (int i = 0; i < totals->spans; i++) {
		add_gap(measure[i].usage, (struct span){ measure[i].free, measure[i].span.end });
		add_usage(&totals->window, measure[i].usage);
	}
	for (size_t i = 0; i < reading->vmas.count; i++)
		totals->mappings += reading->vmas.line[i].start < reading->table.top;
}

unsigned int total_share(uint64_t part, uint64_t whole)
{
	/* Of what a 64-bit product could overflow for, the low bits do not show. */
	while (whole >> 48) {
		whole >>= 1;
		part >>= 1;
	}
	return whole ? (unsigned int)(part * 1000 / whole) : 0;
}

unsigned int usage_fragmentation(const struct usage *usage)
{
	return usage->free ? 1000 - total_share(length(usage->largest), usage->free) : 0;
}
