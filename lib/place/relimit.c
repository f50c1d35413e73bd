/* SPDX-License-Identifier: MIT */
#include "relimit.h"

#include <errno.h>

#include "area.h"
#include "fence/fence.h"
#include "fence/fence_hole.h"
#include "fence/stack_guard.h"
#include "passthrough.h"
#include "table/held.h"
#include "table/lock.h"
#include "table/lookup.h"
#include "table/sync.h"

static void set_base(const struct space *space, struct policy *policy, const struct area *area)
{
	struct spans spans = area_spans(space, area);

	policy->base = policy_base(policy, &spans, space->page,
				   space->randomised ? policy_random(policy) : 0);
}

void relimit_bases(struct space *space)
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
	bool held = lock_table(space);

	space_set_window(space, window);
	if (!window_unlimited(&window))
		relimit_bases(space);
	if (held)
		unlock_table(space);
}

/* Enters mappings that the table lacks: those that the kernel has placed, or that were made
 * without a window. Once they lie outside, they could be taken for fence. Where the
 * kernel's list cannot be read, probes (sys/feel.h). */
static bool learn(struct space *space, const struct span_list *closed)
{
	bool known = sync_refresh_patiently(space) || !space_fenced(space);

	for (int i = 0; !known && i < closed->count; i++)
		if (!sync_feel(space, closed->at[i]))
			return false;
	return true;
}

static long lower(struct space *space, const struct span_list *list)
{
	long result = 0;

	for (int i = 0; space_fenced(space) && result == 0 && i < list->count; i++)
		result = fence_lower(space, list->at[i]);
	return result;
}

static void restore(struct space *space, const struct span_list *list)
{
	for (int i = 0; i < list->count; i++)
		fence_patch(space, list->at[i].start, list->at[i].end);
}

/* Fences the addresses that the window has lost. The new window is in force. */
static long fence_in(struct space *space, const struct span_list *closed)
{
	long result = 0;

	guard_stack(space);
	if (space_fenced(space))
		guard_leave_stack(space);
	for (int i = 0; space_fenced(space) && result == 0 && i < closed->count; i++)
		result = fence_ensure(space, closed->at[i]);
	return result;
}

/* Whether mappings that the library has placed lie in the window now, hosts' too: calls
 * there then look into the table. */
static bool anything_inside(struct space *space)
{
	struct spans spans = space_spans(space);
	struct entry entry;

	for (int i = 0; i < spans.count; i++)
		for (uintptr_t at = spans.at[i].start;
		     lookup_mapping(space, at, spans.at[i].end, &entry) > 0; at = entry.end)
			if ((entry.info.kind == KIND_HOST || entry.info.kind == KIND_GUEST) &&
			    !reserved_all(space, entry.start, entry.end))
				return true;
	return false;
}

/* Gives back the reserve at the old window's top. True if it is gone. */
static bool yielded(struct space *space)
{
	passthrough_yield(space);
	return space->table->edge == 0;
}

long relimit_window(struct space *space, struct window window)
{
	struct window old = space_window(space);
	struct span_list opened, closed;

	if (space->table->fence == FENCE_SEALED)
		return -EPERM;
	if (!yielded(space))
		return -ENOMEM;
	opened = common(window_spans(&window, space->min, space->top),
			window_outside(&old, space->min, space->top));
	closed = common(window_outside(&window, space->min, space->top),
			window_spans(&old, space->min, space->top));
	/* In this order the kernel always has a place to map, and no attempt inside the new
	 * window meets the fence. */
	if (lower(space, &opened) < 0 || !learn(space, &closed)) {
		restore(space, &opened);
		return -ENOMEM;
	}
	publish(space, window);
	space->placed_inside = space->placed_inside || anything_inside(space);
	if (fence_in(space, &closed) == 0) {
		passthrough_start(space);
		return 0;
	}
	lower(space, &closed);
	publish(space, old);
	restore(space, &opened);
	return -ENOMEM;
}
