/* SPDX-License-Identifier: MIT */
#include "stack_guard.h"

#include "fence_hole.h"
#include "stack.h"
#include "sys/sys.h"
#include "sys/vma.h"
#include "table/lock.h"
#include "table/region.h"
#include "table/sync.h"

static void keep(struct space *space, uintptr_t start, uintptr_t end)
{
	if (!lock_table(space))
		return;
	sync_enter(space, start, end, KIND_GUARD);
	space->program.guards++;
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

	if (span_empty(space->program.stack) || space->program.handoff ||
	    !space_inside(space, space->program.stack.start,
			  space->program.stack.end - space->program.stack.start))
		return;
	lowest = stack_lowest(space);
	guard_below(space, lowest);
	if (lowest < space->program.stack.start)
		keep(space, lowest, space->program.stack.start);
}

void guard_leave_stack(struct space *space)
{
	struct tree *tree = &space->table->tree;
	struct entry entry;
	uintptr_t at;

	if (span_empty(space->program.stack) ||
	    space_inside(space, space->program.stack.start,
			 space->program.stack.end - space->program.stack.start))
		return;
	stack_grow(space);
	if (space->program.guards == 0)
		return;
	at = stack_room_start(space);
	if (!lock_table(space))
		return;
	/* A mapping in the room splits its guard entry into several. */
	for (; tree_entry(tree, tree_seek(tree, at), &entry) &&
	       entry.start < space->program.stack.start;
	     at = entry.end)
		if (entry.info.kind == KIND_GUARD && pool_room(space))
			tree_clear(tree, entry.start, entry.end);
	unlock_table(space);
}

/* Whether the kernel takes a hint at `page`; the probe is unmapped again. The probe is
 * readable, so that it is not taken for fence where it falls into a hole of the fence. */
static bool takes_hint(struct space *space, uintptr_t page)
{
	long at = sys_mmap(page, space->page, PROT_READ,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (sys_failed(at))
		return false;
	space_discard(space, (uintptr_t)at, space->page);
	if (space->table) /* home_reserve() runs before the table exists */
		fence_patch(space, (uintptr_t)at, (uintptr_t)at + space->page);
	return at == (long)page;
}

bool guard_near(struct space *space, uintptr_t end, uintptr_t *start)
{
	struct vma_facts facts;

	/* The kernel refuses a hint in the guard gap of a mapping that grows downwards,
	 * wherever that mapping begins by now. A taken hint, or no mapping above, means
	 * that none is near. */
	if (takes_hint(space, end - space->page) || !vma_at(end, &facts))
		return false;
	*start = facts.span.start;
	/* The kernel's list does not tell which mapping grows. mprotect() with
	 * PROT_GROWSDOWN and the mapping's own rights changes nothing, and fails with
	 * EINVAL for one that does not. */
	return facts.span.start - end < guard_size(space) &&
	       sys_mprotect(facts.span.start, space->page, facts.prot | PROT_GROWSDOWN) == 0;
}
