/* SPDX-License-Identifier: MIT */
#include "mark.h"

#include "region.h"

bool mark_next(const struct tree *tree, uintptr_t at, uintptr_t end, struct entry *entry)
{
	struct cursor cursor = tree_seek(tree, at);

	for (; tree_entry(tree, cursor, entry) && entry->start < end; cursor = tree_next(tree, cursor))
		if (entry->info.owner)
			return true;
	return false;
}

/* The part of an entry that lies in the span; its info counts from the part's start. */
static struct entry cut(const struct entry *entry, struct span span)
{
	struct entry piece = *entry;

	if (piece.start < span.start) {
		if (piece.info.flags & ENTRY_SHM)
			piece.info.page += (uint32_t)((span.start - piece.start) >> 12);
		piece.start = span.start;
	}
	if (piece.end > span.end)
		piece.end = span.end;
	return piece;
}

/* The piece at `at`, which ends at `end` at the latest: part of an entry, or a free gap
 * (KIND_NONE). */
static struct entry piece_at(const struct tree *tree, uintptr_t at, uintptr_t end)
{
	struct entry entry;

	if (!tree_entry(tree, tree_seek(tree, at), &entry) || entry.start >= end)
		return (struct entry){ at, end, { .kind = KIND_NONE } };
	if (entry.start > at)
		return (struct entry){ at, entry.start, { .kind = KIND_NONE } };
	return cut(&entry, (struct span){ at, end });
}

void mark_clear(struct space *space, uint16_t number, uintptr_t start, uintptr_t end)
{
	struct tree *tree = &space->table->tree;

	for (uintptr_t at = start; at < end;) {
		struct entry piece = piece_at(tree, at, end);

		at = piece.end;
		if (piece.info.owner != number)
			continue;
		if (piece.info.kind == KIND_CLAIM) {
			tree_clear(tree, piece.start, piece.end);
			continue;
		}
		piece.info.owner = 0;
		piece.info.flags &= (uint8_t)~ENTRY_CLAIMED;
		tree_set(tree, piece.start, piece.end, &piece.info);
	}
}

bool mark_set(struct space *space, uint16_t number, uintptr_t start, uintptr_t end)
{
	struct tree *tree = &space->table->tree;

	for (uintptr_t at = start; at < end;) {
		struct entry piece = piece_at(tree, at, end);

		if (!pool_room(space)) {
			mark_clear(space, number, start, at);
			return false;
		}
		if (piece.info.kind == KIND_NONE)
			piece.info.kind = KIND_CLAIM;
		else
			piece.info.flags |= ENTRY_CLAIMED;
		piece.info.owner = number;
		tree_set(tree, piece.start, piece.end, &piece.info);
		at = piece.end;
	}
	return true;
}
