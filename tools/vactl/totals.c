/* SPDX-License-Identifier: MIT */
#include "totals.h"

#include "pieces.h"

static void measure_piece(struct usage *usage, struct span span, const struct piece *piece)
{
	struct span part = span_cut(span, (struct span){ piece->start, piece->end });

	if (span_empty(part))
		return;
	if (!piece_is_gap(piece)) {
		*(piece->kind == KIND_FENCE ? &usage->kept : &usage->used) += span_length(part);
		return;
	}
	usage->gaps++;
	usage->free += span_length(part);
	if (span_length(part) > span_length(usage->largest))
		usage->largest = part;
}

void totals_compute(const struct reading *reading, struct totals *totals)
{
	struct spans spans = image_inside(&reading->table);
	struct pieces pieces;
	struct piece piece;

	*totals = (struct totals){ .spans = spans.count };
	for (int i = 0; i < spans.count; i++) {
		totals->span[i] = spans.at[spans.count - 1 - i];
		totals->of_span[i].size = span_length(totals->span[i]);
		totals->window.size += totals->of_span[i].size;
	}
	pieces_start(&pieces, &reading->table, &reading->intervals, &reading->vmas);
	while (pieces_next(&pieces, &piece)) {
		totals->kind[piece.kind].bytes += piece.end - piece.start;
		totals->kind[piece.kind].count++;
		for (int i = 0; i < spans.count; i++) {
			measure_piece(&totals->of_span[i], totals->span[i], &piece);
			measure_piece(&totals->window, totals->span[i], &piece);
		}
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
