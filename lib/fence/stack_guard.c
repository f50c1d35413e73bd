/* SPDX-License-Identifier: MIT */
#include "stack_guard.h"

#include "table/lock.h"
#include "sys/vma.h"
#include "table/region.h"
#include "stack.h"
#include "table/sync.h"

static void keep(struct space *space, uintptr_t start, uintptr_t end)
{
	if (!lock_table(space))
		return;
	sync_enter(space, start, end, KIND_GUARD);
	space->guards++;
	unlock_table(space);
}

void guard_below(struct space *space, uintptr_t start)
{
	size_t size = guard_size(space);

	keep(space, start - space->min > size ? start - size : space->min, start);
}

void guard_stack(struct space *space)
{
	uintptr_t lowest;

	if (span_empty(space->stack) || space->launched ||
	    !space_inside(space, space->stack.start, space->stack.end - space->stack.start))
		return;
	lowest = stack_lowest(space);
	guard_below(space, lowest);
	if (lowest < space->stack.start)
		keep(space, lowest, space->stack.start);
}

void guard_leave_stack(struct space *space)
{
	struct tree *tree = &space->table->tree;
	struct entry entry;
	uintptr_t at;

	if (span_empty(space->stack) ||
	    space_inside(space, space->stack.start, space->stack.end - space->stack.start))
		return;
	stack_grow(space);
	if (space->guards == 0)
		return;
	at = stack_room_start(space);
	if (!lock_table(space))
		return;
	/* In pieces where somebody has mapped in it. */
	for (; tree_entry(tree, tree_seek(tree, at), &entry) && entry.start < space->stack.start;
	     at = entry.end)
		if (entry.detail.kind == KIND_GUARD && pool_room(space))
			tree_clear(tree, entry.start, entry.end);
	unlock_table(space);
}

/* The mapping that has grown into the room; outside, fence may fill the rest. */
static bool grown_into(const struct space *space, const struct entry *room,
		       struct obstacle_facts *facts)
{
	uintptr_t at = room->start;

	do {
		if (!obstacle_at(at, facts) || facts->span.start >= room->end)
			return false;
		at = facts->span.end;
	} while (space_is_fence(space, facts));
	return true;
}

bool guard_moved(struct space *space, const struct entry *room)
{
	struct obstacle_facts facts;

	if (!grown_into(space, room, &facts))
		return false;
	if (!lock_table(space))
		return false;
	sync_enter(space, facts.span.start, room->end, KIND_FOREIGN);
	unlock_table(space);
	/* The main stack's room is larger than its guard gap: it may have grown
	 * and still have all that it needs. */
	if (facts.span.start - room->start >= guard_size(space))
		return false;
	guard_below(space, facts.span.start);
	return true;
}
