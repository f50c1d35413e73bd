/* SPDX-License-Identifier: MIT */
#include "update.h"

#include "held.h"
#include "region.h"

/* The latest changes by number: update_since() finds those that came after a claim began,
 * with their ranges. */
void update_note(struct space *space, uintptr_t start, uintptr_t end)
{
	uint32_t number = space->table->operation + 1;

	space->changes.recent[number % SPACE_RECENT] = (struct span){ start, end };
	__atomic_store_n(&space->table->operation, number, __ATOMIC_RELEASE);
}

/* Frees [start, end); in a reservation, free addresses are KIND_RESERVED. */
static void clear(struct space *space, uintptr_t start, uintptr_t end)
{
	struct mapping_info info = { .kind = KIND_RESERVED, .when = space->table->operation };
	struct span piece;

	tree_clear(&space->table->tree, start, end);
	for (; space->reserves && start < end; start = piece.end) {
		piece = reserved_first(space, (struct span){ start, end });
		if (span_empty(piece))
			break;
		if (pool_room(space))
			tree_set(&space->table->tree, piece.start, piece.end, &info);
		else
			space_missed(space);
	}
}

void update_set(struct space *space, uintptr_t start, uintptr_t end,
		const struct mapping_info *info)
{
	struct tree *tree = &space->table->tree;
	struct mapping_info numbered = *info;

	update_note(space, start, end);
	if (info->kind == KIND_NONE) {
		clear(space, start, end);
		return;
	}
	if (space->passthrough && !space_outside(space, start, end - start) &&
	    !reserved_all(space, start, end))
		__atomic_store_n(&space->placed_inside, true, __ATOMIC_RELAXED);
	numbered.when = space->table->operation;
	if (info->flags & ENTRY_SHM && info->attached == 0)
		numbered.attached = numbered.when;
	tree_set(tree, start, end, &numbered);
}

void update_try(struct space *space, uintptr_t start, uintptr_t end,
		const struct mapping_info *info)
{
	if (tree_room(&space->table->tree) || pool_room(space))
		update_set(space, start, end, info);
	else
		space_missed(space);
}

bool update_since(const struct space *space, uint32_t operation, uint32_t epoch, uintptr_t start,
		  uintptr_t end)
{
	uint32_t now = space->table->operation;

	if (space->changes.epoch != epoch || now - operation > SPACE_RECENT)
		return true;
	for (uint32_t number = operation + 1; number != now + 1; number++) {
		struct span other = space->changes.recent[number % SPACE_RECENT];

		if (other.start < end && start < other.end)
			return true;
	}
	return false;
}
