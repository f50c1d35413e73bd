/* SPDX-License-Identifier: MIT */
#include "complete.h"

#include <stdlib.h>

#include "core/window.h"
#include "message.h"

/* The intervals that were known, in order, and behind them those to come. */
struct completion {
	struct intervals *intervals;
	size_t known, room;
};

static void add(struct completion *completion, struct span gap, enum kind kind)
{
	struct intervals *intervals = completion->intervals;

	if (span_empty(gap))
		return;
	if (intervals->count == completion->room) {
		completion->room = completion->room * 2 + 64;
		intervals->at = memory_array(intervals->at, completion->room,
					     sizeof(*intervals->at));
	}
	intervals->at[intervals->count++] = (struct entry){
		.start = gap.start, .end = gap.end, .detail.kind = (uint8_t)kind,
	};
}

/* Makes what no known interval has of the span one of `kind`. */
static void fill(struct completion *completion, struct span span, enum kind kind)
{
	struct intervals known = { completion->intervals->at, completion->known, 0 };

	for (size_t i = intervals_seek(&known, span.start); i < completion->known; i++) {
		struct entry entry = completion->intervals->at[i];

		if (entry.start >= span.end)
			break;
		add(completion, (struct span){ span.start, entry.start }, kind);
		span.start = entry.end;
	}
	add(completion, span, kind);
}

static void add_fence(struct completion *completion, const struct table *header)
{
	struct window window = { header->lower, header->upper };
	struct spans outside = window_outside(&window, header->min, header->top);

	for (int i = 0; i < outside.count; i++)
		fill(completion, outside.at[i], KIND_FENCE);
}

static void add_guests(struct completion *completion, const struct table *header,
		       const struct vmas *vmas)
{
	struct window window = { header->lower, header->upper };
	struct spans inside = window_spans(&window, header->min, header->top);
	uintptr_t top = header->edge ? header->edge : header->top;

	for (size_t v = 0; v < vmas->count; v++) {
		struct span vma = { vmas->line[v].start, vmas->line[v].end };

		for (int i = 0; i < inside.count; i++) {
			struct span piece = span_cut(vma, inside.at[i]);
			struct span edge = span_cut(piece, (struct span){ top, header->edge_end });

			if (header->edge && !span_empty(edge)) {
				fill(completion, edge, KIND_FENCE);
				piece.end = edge.start;
			}
			fill(completion, piece, KIND_GUEST);
		}
	}
}

void complete_intervals(struct intervals *intervals, const struct table *header,
			const struct vmas *vmas)
{
	struct window window = { header->lower, header->upper };
	struct completion completion = { intervals, intervals->count, intervals->count };

	if (header->fence == FENCE_OFF || window_unlimited(&window))
		return;
	add_fence(&completion, header);
	if (header->direct)
		add_guests(&completion, header, vmas);
	qsort(intervals->at, intervals->count, sizeof(*intervals->at), intervals_compare);
}
