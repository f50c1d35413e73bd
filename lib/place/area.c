/* SPDX-License-Identifier: MIT */
#include "area.h"

#include <errno.h>

static struct spans cut(const struct spans *spans, struct span by)
{
	struct spans result = { .count = 0 };

	for (int i = 0; i < spans->count; i++) {
		struct span piece = span_cut(spans->at[i], by);

		if (!span_empty(piece))
			result.at[result.count++] = piece;
	}
	return result;
}

static struct spans from_the_top(struct spans spans)
{
	struct span first = spans.at[0];

	if (spans.count == 2 && first.start < spans.at[1].start) {
		spans.at[0] = spans.at[1];
		spans.at[1] = first;
	}
	return spans;
}

struct spans area_spans(const struct space *space, const struct area *area)
{
	static const struct span low = { AREA_LOW_START, AREA_LOW_END };
	struct spans inside, outside;

	if (area->kind == AREA_WINDOW)
		return space_spans(space);
	inside = space_spans(space);
	switch (area->kind) {
	case AREA_OUTSIDE:
		outside = space_rest(space);
		/* A sealed fence cannot be opened: a host then lives among its guests. */
		if (outside.count == 0 || space->table->fence == FENCE_SEALED)
			return inside;
		return from_the_top(outside);
	case AREA_LOW:
		return cut(&inside, low);
	case AREA_HIGH:
		return cut(&inside, (struct span){ AREA_HIGH_START, space->top });
	case AREA_RANGE:
		inside = window_spans(&area->range, space->min, space->top);
		return area->low ? cut(&inside, low) : inside;
	case AREA_WINDOW:
		break;
	}
	return inside;
}

bool area_holds(const struct space *space, const struct area *area, uintptr_t start, size_t length)
{
	if (start > space->top || length > space->top - start)
		return false;
	switch (area->kind) {
	case AREA_OUTSIDE:
		return space->table->fence != FENCE_SEALED || space_inside(space, start, length);
	case AREA_RANGE:
		return window_holds(&area->range, start, length) &&
		       (!area->low || start + length <= AREA_LOW_END);
	case AREA_LOW:
		return start + length <= AREA_LOW_END && space_inside(space, start, length);
	case AREA_HIGH: /* a hint may be lower */
	case AREA_WINDOW:
		break;
	}
	return space_inside(space, start, length);
}

long area_range(const struct space *space, uintptr_t begin, uintptr_t end, struct area *area)
{
	struct window range = { begin, end };

	if (!space_aligned(space, begin) || !space_aligned(space, end))
		return -EINVAL;
	if (window_clamp(&range, space->min, space->top, space->page) < 0)
		return -ENOMEM;
	/* A wrapped range that leaves nothing out is all of user space. */
	if (window_unlimited(&range))
		range = (struct window){ space->min, space->top };
	*area = (struct area){ .kind = AREA_RANGE, .range = range };
	return 0;
}
