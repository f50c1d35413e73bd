/* SPDX-License-Identifier: MIT */
#include "home.h"

#include <errno.h>

#include "core/handoff.h"
#include "fence/stack.h"
#include "scan.h"
#include "sys/sys.h"

#define REGION_SIZE HANDOFF_ROOM
#define REGION_SIZE_MIN (1UL << 20)
#define RANDOM_PAGES HANDOFF_SPREAD

/* Reserves at random near the end of the span, which has `size` bytes at least, so that an
 * attacker cannot know the table's address. Most often that place is free. */
static long reserve_at_random(const struct space *space, struct span span, size_t size,
			      uint64_t random)
{
	size_t pages = (span.end - span.start - size) / space->page + 1;
	uintptr_t below = (pages > RANDOM_PAGES ? random % RANDOM_PAGES : random % pages) * space->page;
	uintptr_t wanted = span.end - size - below;
	uintptr_t here = (uintptr_t)__builtin_frame_address(0);

	/* The stack's room is free now, but the stack will grow into it. */
	if (wanted < here && here - wanted < size + stack_room(space))
		return -EEXIST;
	return sys_reserve(wanted, size);
}

/* Reserves the room that the launcher has left for the table in its fence. */
static long reserve_room(const struct space *space, size_t size)
{
	struct span room = space->program.handoff ? space->program.handoff->room :
						    (struct span){ 0, 0 };

	if (span_empty(room) || room.end - room.start < size)
		return -ENOMEM;
	return sys_mmap(room.start, size, PROT_NONE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);
}

/* Reserves `size` bytes at a free place outside the window. */
static long hold_room(struct space *space, size_t size, uint64_t random)
{
	struct spans outside = space_rest(space);
	long at = reserve_room(space, size);

	if (at > 0)
		return at;
	for (int i = outside.count - 1; at < 0 && i >= 0; i--) {
		if (outside.at[i].end - outside.at[i].start < size)
			continue;
		at = reserve_at_random(space, outside.at[i], size, random);
		if (at < 0)
			at = scan_map(space, outside.at[i], size, space->page, place_holder, &size);
	}
	return at;
}

long home_reserve(struct space *space, uint64_t random, size_t *size)
{
	for (*size = REGION_SIZE; *size >= REGION_SIZE_MIN; *size /= 4) {
		long at = hold_room(space, *size, random);

		if (at > 0)
			return at;
	}
	*size = REGION_SIZE;
	return sys_mmap(0, *size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
}
