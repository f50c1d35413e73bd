/* SPDX-License-Identifier: MIT */
#include "shift.h"

#include <errno.h>

#include "area.h"
#include "direct.h"
#include "fence.h"
#include "foreign.h"
#include "guard.h"

static void set_base(const struct space *space, struct policy *policy, const struct area *area)
{
	struct spans spans = area_spans(space, area);

	policy->base = policy_base(policy, &spans, space->page,
				   space->randomised ? policy_random(policy) : 0);
}

void shift_bases(struct space *space)
{
	struct area window = { .kind = AREA_WINDOW }, outside = { .kind = AREA_OUTSIDE };

	if (!space->based)
		set_base(space, &space->guest, &window);
	set_base(space, &space->host, &outside);
	space->table->base = space->guest.base;
}

static struct span_list common(struct spans a, struct spans b)
{
	return window_intersect(&a, &b);
}

static void publish(struct space *space, struct window window)
{
	bool held = space_lock(space);

	space_set_window(space, window);
	if (!window_unlimited(&window))
		shift_bases(space);
	if (held)
		space_unlock(space);
}

static void lower(struct space *space, const struct span_list *list)
{
	for (int i = 0; space_fenced(space) && i < list->count; i++)
		fence_lower(space, list->at[i]);
}

long shift_window(struct space *space, struct window window)
{
	struct window old = space_window(space);
	struct span_list opened, closed;
	long result = 0;

	if (space->table->fence == FENCE_SEALED)
		return -EPERM;
	direct_yield(space);
	opened = common(window_spans(&window, space->min, space->top),
			window_outside(&old, space->min, space->top));
	closed = common(window_outside(&window, space->min, space->top),
			window_spans(&old, space->min, space->top));
	/* In this order the kernel has a place to map at every moment, and no
	 * attempt inside the new window meets the fence. */
	lower(space, &opened);
	/* What the kernel has placed, or was mapped without limits, nobody has
	 * recorded; once it lies outside it could be taken for fence. */
	foreign_refresh(space);
	publish(space, window);
	guard_stack(space);
	for (int i = 0; space_fenced(space) && result == 0 && i < closed.count; i++)
		result = fence_fill(space, closed.at[i].start, closed.at[i].end);
	if (result == 0) {
		direct_start(space);
		return 0;
	}
	lower(space, &closed);
	publish(space, old);
	for (int i = 0; i < opened.count; i++)
		fence_fill(space, opened.at[i].start, opened.at[i].end);
	return -ENOMEM;
}
