/* SPDX-License-Identifier: MIT */
#include "complete.h"

#include <stdlib.h>
#include <sys/mman.h>

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

/* The parts of a mapping in a set of spans. */
static void fill_parts(struct completion *completion, struct span vma, const struct spans *spans,
		       enum kind kind)
{
	for (int i = 0; i < spans->count; i++) {
		struct span piece = span_cut(vma, spans->at[i]);

		if (!span_empty(piece))
			fill(completion, piece, kind);
	}
}

/* Only what looks like fence is: what somebody has mapped over it is not. */
static bool may_be_fence(const struct procmaps_line *vma)
{
	return vma->prot == PROT_NONE && vma->inode == 0;
}

static void add_vma(struct completion *completion, const struct table *header,
		    const struct procmaps_line *vma)
{
	struct window window = { header->lower, header->upper };
	struct spans inside = window_spans(&window, header->min, header->top);
	struct spans outside = window_outside(&window, header->min, header->top);
	struct span span = { vma->start, vma->end };
	struct span edge = span_cut(span, (struct span){ header->edge, header->edge_end });

	if (may_be_fence(vma)) {
		fill_parts(completion, span, &outside, KIND_FENCE);
		if (header->edge && !span_empty(edge)) {
			fill_parts(completion, edge, &inside, KIND_FENCE);
			span.end = edge.start; /* it is the window's top */
		}
	}
	if (header->direct && !span_empty(span))
		fill_parts(completion, span, &inside, KIND_GUEST);
}

static bool lists_fence(const struct vmas *vmas, const struct spans *outside)
{
	for (size_t v = 0; v < vmas->count; v++) {
		struct span span = { vmas->line[v].start, vmas->line[v].end };

		for (int i = 0; i < outside->count; i++)
			if (may_be_fence(&vmas->line[v]) &&
			    !span_empty(span_cut(span, outside->at[i])))
				return true;
	}
	return false;
}

/* All that is free outside the window. */
static void add_unlisted_fence(struct completion *completion, const struct vmas *vmas,
			       const struct spans *outside)
{
	uintptr_t free = 0;

	for (size_t v = 0; v <= vmas->count; v++) {
		bool end = v == vmas->count;
		struct span gap = { free, end ? UINTPTR_MAX : vmas->line[v].start };

		if (!span_empty(gap))
			fill_parts(completion, gap, outside, KIND_FENCE);
		if (!end)
			free = vmas->line[v].end;
	}
}

void complete_intervals(struct intervals *intervals, const struct table *header,
			const struct vmas *vmas, bool from_core)
{
	struct window window = { header->lower, header->upper };
	struct spans outside = window_outside(&window, header->min, header->top);
	struct completion completion = { intervals, intervals->count, intervals->count };

	if (header->fence == FENCE_OFF || window_unlimited(&window))
		return;
	for (size_t v = 0; v < vmas->count; v++)
		add_vma(&completion, header, &vmas->line[v]);
	if (from_core && !lists_fence(vmas, &outside))
		add_unlisted_fence(&completion, vmas, &outside);
	qsort(intervals->at, intervals->count, sizeof(*intervals->at), intervals_compare);
}
