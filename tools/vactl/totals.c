/* SPDX-License-Identifier: MIT */
#include "totals.h"

#include "pieces.h"

/* A span that is measured upwards. */
struct measure {
	struct span span;
	uintptr_t free; /* where the latest piece ends */
	struct usage *usage;
};

static void add_gap(struct usage *usage, struct span gap)
{
	if (span_empty(gap))
		return;
	usage->gaps++;
	usage->free += span_length(gap);
	if (span_length(gap) > span_length(usage->largest))
		usage->largest = gap;
}

static void measure_piece(struct measure *measure, const struct piece *piece)
{
	struct span part = span_cut(measure->span, (struct span){ piece->start, piece->end });

	if (span_empty(part))
		return;
	add_gap(measure->usage, (struct span){ measure->free, part.start });
	measure->free = part.end;
	if (piece_kind(piece) == KIND_FENCE)
		measure->usage->kept += span_length(part);
	else
		measure->usage->used += span_length(part);
}

static void sum_usage(struct usage *sum, const struct usage *usage)
{
	sum->size += usage->size;
	sum->used += usage->used;
	sum->kept += usage->kept;
	sum->free += usage->free;
	sum->gaps += usage->gaps;
	if (span_length(usage->largest) > span_length(sum->largest))
		sum->largest = usage->largest;
}

/* Begins with empty spans of the window, in ascending order. */
static void begin_spans(struct totals *totals, struct measure *measure, const struct table *table)
{
	struct spans spans = image_inside(table);

	totals->spans = spans.count;
	for (int i = 0; i < spans.count; i++) {
		struct span span = spans.at[spans.count - 1 - i];

		totals->span[i] = span;
		totals->of_span[i].size = span_length(span);
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
			measure_piece(&measure[i], &piece);
	}
	for (int i = 0; i < totals->spans; i++) {
		add_gap(measure[i].usage, (struct span){ measure[i].free, measure[i].span.end });
		sum_usage(&totals->window, measure[i].usage);
	}
	for (size_t i = 0; i < reading->vmas.count; i++)
		totals->mappings += reading->vmas.line[i].start < reading->table.top;
}

unsigned int total_share(uint64_t part, uint64_t whole)
{
	/* The product must fit 64 bits; the low bits do not show in the result. */
	while (whole >> 48) {
		whole >>= 1;
		part >>= 1;
	}
	return whole ? (unsigned int)(part * 1000 / whole) : 0;
}

unsigned int usage_fragmentation(const struct usage *usage)
{
	return usage->free ? 1000 - total_share(span_length(usage->largest), usage->free) : 0;
}
