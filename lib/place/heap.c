/* SPDX-License-Identifier: MIT */
#include "heap.h"

#include "core/gap.h"
#include "core/size.h"
#include "sys/brk.h"
#include "table/lock.h"

/* The brk heap begins at a random address in the lowest part of the window's largest span,
 * with room to grow towards the mappings that are placed from the top. Under a bottom-up
 * policy it begins near the middle, above them. LOW_*: an offset from a null pointer must
 * not reach the heap, and programs linked to low addresses need room: QEMU maps such a
 * guest, plus 32 MiB, over any mapping there. */
#define SPREAD_FRACTION 32
#define SPREAD_MAX (1UL << 30)
#define BOTTOMUP_FRACTION 2
#define LOW_FRACTION 16
#define LOW_MAX (64UL << 20)

/* The part of the span to be free above the heap's start; halved until a gap fits. */
#define ROOM_FRACTION 16

static struct span largest(struct spans spans)
{
	struct span first = spans.at[0], second = spans.at[1];

	if (spans.count < 2)
		return first;
	return first.end - first.start < second.end - second.start ? second : first;
}

/* Uses the hosts' random numbers: the guests' placement with --seed does not depend on it. */
static uintptr_t lowest_start(struct space *space, struct span span)
{
	size_t size = span.end - span.start, spread = size / SPREAD_FRACTION;
	uintptr_t low = size / LOW_FRACTION < LOW_MAX ? size / LOW_FRACTION : LOW_MAX;
	uint64_t random = policy_random(&space->host);

	if (space->guest.place == PLACE_BOTTOMUP)
		span.start += size / BOTTOMUP_FRACTION;
	else if (span.start < low)
		span.start = low;
	if (spread > SPREAD_MAX)
		spread = SPREAD_MAX;
	if (space->randomised && spread)
		span.start += random % spread;
	return round_down(span.start, space->page);
}

void heap_enter(struct space *space)
{
	struct span span = largest(space_spans(space));
	size_t room = space_pages(space, (span.end - span.start) / ROOM_FRACTION);
	uintptr_t start = 0;

	if (space_inside(space, brk_now(), space->page) || !lock_table(space))
		return;
	span.start = lowest_start(space, span);
	for (; !start && room; room = round_down(room / 2, space->page))
		start = gap_lowest(&space->table->tree, span, room, space->page);
	unlock_table(space);
	if (start)
		brk_move(start);
}
