/* SPDX-License-Identifier: MIT */
#include "lookup.h"

#include <errno.h>

#include "core/gap.h"
#include "lock.h"

static bool is_mapping(const struct entry *entry)
{
	return entry->info.kind != KIND_GUARD && entry->info.kind != KIND_CLAIM &&
	       entry->info.kind != KIND_RESERVED;
}

struct mapping_info lookup_info(struct space *space, uintptr_t address)
{
	struct entry entry = { .info.kind = KIND_NONE };

	if (!lock_table(space))
		return entry.info;
	if (!tree_find(&space->table->tree, address, &entry) || entry.info.kind == KIND_CLAIM)
		entry.info = (struct mapping_info){ .kind = KIND_NONE };
	else if (entry.info.flags & ENTRY_SHM)
		entry.info.page += (uint32_t)((address - entry.start) >> 12);
	unlock_table(space);
	/* The claim is another call's; the mapping's own info has no mark. */
	entry.info.flags &= (uint8_t)~ENTRY_CLAIMED;
	entry.info.owner = 0;
	return entry.info;
}

long lookup_mapping(struct space *space, uintptr_t at, uintptr_t end, struct entry *entry)
{
	const struct tree *tree = &space->table->tree;
	struct cursor cursor;
	bool found = false;

	if (!lock_table(space))
		return -ENOMEM;
	cursor = tree_seek(tree, at);
	for (; !found && tree_entry(tree, cursor, entry) && entry->start < end;
	     cursor = tree_next(tree, cursor))
		found = is_mapping(entry);
	unlock_table(space);
	return found;
}

bool lookup_free(struct space *space, uintptr_t start, uintptr_t end)
{
	if (!lock_table(space))
		return false;

	bool free = tree_is_free(&space->table->tree, start, end);

	unlock_table(space);
	return free;
}

bool lookup_vacant(struct space *space, uintptr_t start, uintptr_t end)
{
	const struct tree *tree = &space->table->tree;
	struct entry entry;
	bool vacant = true;

	if (!lock_table(space))
		return false;
	for (uintptr_t at = start; vacant && tree_entry(tree, tree_seek(tree, at), &entry) &&
				   entry.start < end;
	     at = entry.end)
		vacant = entry.info.kind == KIND_GUARD;
	unlock_table(space);
	return vacant;
}

long lookup_covered(struct space *space, uintptr_t start, size_t length)
{
	uintptr_t at = start;
	struct entry entry;

	if (!lock_table(space))
		return -ENOMEM;
	while (at - start < length && tree_find(&space->table->tree, at, &entry) &&
	       is_mapping(&entry))
		at = entry.end;
	unlock_table(space);
	return at - start >= length;
}

long lookup_gap(struct space *space, struct span *span)
{
	if (!lock_table(space))
		return -ENOMEM;
	*span = gap_first(&space->table->tree, *span);
	unlock_table(space);
	return 0;
}
