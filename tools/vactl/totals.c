/* SPDX-License-Identifier: MIT */
#include "totals.h"

#include "core/summary.h"
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
	/* The product must fit 64 bits. The low bits do not show in the result. */
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

/* --- calls a second ------------------------------------------------------------ */

const char *const rate_names[RATES] = {
	[RATE_MMAP] = "mmap", [RATE_MUNMAP] = "munmap", [RATE_MREMAP] = "mremap",
	[RATE_SHM] = "shm", [RATE_FAILED] = "failed", [RATE_RETRIED] = "retried",
};

static uint64_t count_calls(const struct table *table, enum rate rate)
{
	/* A bit for each enum call_name; their calls count with any outcome. */
	static const unsigned int calls[RATES] = {
		[RATE_MMAP] = 1U << CALL_MMAP | 1U << CALL_MMAP_RANGE,
		[RATE_MUNMAP] = 1U << CALL_MUNMAP,
		[RATE_MREMAP] = 1U << CALL_MREMAP | 1U << CALL_MREMAP_RANGE,
		[RATE_SHM] = 1U << CALL_SHMAT | 1U << CALL_SHMDT | 1U << CALL_SHMAT_RANGE,
	};
	uint64_t count = rate == RATE_RETRIED ? table->counter[COUNT_RETRY] : 0;

	for (enum call_name name = 0; name < CALLS; name++) {
		if (calls[rate] >> name & 1)
			count += summary_calls(table, name);
		for (enum outcome o = OUTCOME_ENOMEM; rate == RATE_FAILED && o < OUTCOMES; o++)
			count += table->call[name][o];
	}
	return count;
}

void rates_between(const struct table *before, const struct table *after, double seconds,
		   struct rates *rates)
{
	*rates = (struct rates){ .known = seconds > 0 };
	for (enum rate rate = 0; rate < RATES && rates->known; rate++) {
		uint64_t was = count_calls(before, rate), is = count_calls(after, rate);

		rates->known = is >= was;
		rates->rate[rate] = (double)(is - was) / seconds;
	}
}

struct word rate_text(const struct rates *rates, enum rate rate)
{
	double value = rates->rate[rate];

	return !rates->known ? (struct word){ "-" } :
	       word_of(value > 0 && value < 10 ? "%.1f" : "%.0f", value);
}
