/* SPDX-License-Identifier: MIT */
#include "implied.h"

#include <stdlib.h>

#include "core/window.h"
#include "message.h"

/* The intervals of the table, ascending, and behind them those that are added. */
struct addition {
	struct intervals *intervals;
	size_t known, room;
};

static void add_interval(struct addition *addition, struct span gap, enum kind kind)
{
	struct intervals *intervals = addition->intervals;

	if (span_empty(gap))
		return;
	intervals->at = memory_room(intervals->at, intervals->count, &addition->room,
				    sizeof(*intervals->at));
	intervals->at[intervals->count++] = (struct entry){
		.start = gap.start, .end = gap.end, .detail.kind = (uint8_t)kind,
	};
}

/* Adds intervals of `kind` in the parts of [start, end) that lie in `spans` and in
 * no known interval. */
static void fill_parts(struct addition *addition, struct span span, const struct spans *spans,
		       enum kind kind)
{
	const struct intervals *intervals = addition->intervals;

	for (int i = 0; i < spans->count; i++) {
		struct span part = span_cut(span, spans->at[i]);
		size_t k = array_seek(intervals->at, addition->known, sizeof(*intervals->at),
				      part.start);

		for (; k < addition->known && intervals->at[k].start < part.end; k++) {
			/* A copy: the array may move when one is added. */
			struct entry entry = intervals->at[k];

			add_interval(addition, (struct span){ part.start, entry.start }, kind);
			part.start = entry.end;
		}
		add_interval(addition, part, kind);
	}
}

static void add_vma(struct addition *addition, const struct table *header,
		    const struct procmaps_line *vma)
{
	struct spans inside = image_inside(header), outside = image_outside(header);
	struct span span = { vma->start, vma->end };
	struct span edge = span_cut(span, (struct span){ header->edge, header->edge_end });

	/* Any other mapping has replaced fence. */
	if (vma_reserved(vma)) {
		fill_parts(addition, span, &outside, KIND_FENCE);
		if (header->edge && !span_empty(edge)) {
			fill_parts(addition, edge, &inside, KIND_FENCE);
			span.end = edge.start; /* the edge reaches up to the window's top */
		}
	}
	if (header->direct)
		fill_parts(addition, span, &inside, KIND_GUEST);
}

static bool lists_fence(const struct vmas *vmas, const struct spans *outside)
{
	for (size_t v = 0; v < vmas->count; v++) {
		struct span span = { vmas->line[v].start, vmas->line[v].end };

		for (int i = 0; vma_reserved(&vmas->line[v]) && i < outside->count; i++)
			if (!span_empty(span_cut(span, outside->at[i])))
				return true;
	}
	return false;
}

void implied_add(struct intervals *intervals, const struct table *header,
		 const struct vmas *vmas, bool from_core)
{
	struct addition addition = { intervals, intervals->count, intervals->count };
	struct window window = image_window(header);
	struct spans outside = image_outside(header);
	uintptr_t free = 0;

	if (header->fence == FENCE_OFF || window_unlimited(&window))
		return;
	for (size_t v = 0; v < vmas->count; v++)
		add_vma(&addition, header, &vmas->line[v]);
	/* Everything free outside the window is fence that is not listed. */
	if (from_core && !lists_fence(vmas, &outside)) {
		for (size_t v = 0; v < vmas->count; free = vmas->line[v++].end)
			fill_parts(&addition, (struct span){ free, vmas->line[v].start }, &outside,
				   KIND_FENCE);
		fill_parts(&addition, (struct span){ free, UINTPTR_MAX }, &outside, KIND_FENCE);
	}
	qsort(intervals->at, intervals->count, sizeof(*intervals->at), intervals_compare);
}
