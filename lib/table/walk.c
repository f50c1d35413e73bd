/* SPDX-License-Identifier: MIT */
#include "walk.h"

#include "held.h"
#include "lock.h"

struct table_walk {
	const struct space *space; /* NULL: without the table */
	struct span range;
	uintptr_t next; /* end of the previous mapping */
	walk_visit *visit;
	void *context;
};

static bool reserves(const struct procmaps_line *line)
{
	return line->prot == PROT_NONE && line->inode == 0;
}

/* The kind of an address that the table has no entry for. */
static enum kind kind_untabled(const struct space *space, const struct procmaps_line *line,
			       uintptr_t at)
{
	const struct table *table = space->table;

	if (space_fenced(space) && !space_inside(space, at, 1))
		return reserves(line) ? KIND_FENCE : KIND_FOREIGN;
	if (table->edge && at >= table->edge && at < table->edge_end)
		return KIND_FENCE;
	if (reserved_any(space, at, at + 1))
		return reserves(line) ? KIND_RESERVED : KIND_FOREIGN;
	return space->passthrough ? KIND_GUEST : KIND_FOREIGN;
}

/* The kind of an entry. The holder of its claim may have mapped or unmapped it by now. */
static enum kind kind_tabled(const struct space *space, const struct procmaps_line *line,
			     const struct entry *entry)
{
	enum kind kind = (enum kind)entry->info.kind;

	if (kind == KIND_CLAIM)
		return reserves(line) ? kind_untabled(space, line, entry->start) : KIND_NONE;
	if (kind == KIND_RESERVED)
		return reserves(line) ? kind : KIND_NONE;
	return entry->info.owner && reserves(line) ? KIND_NONE : kind;
}

static uintptr_t nearer(uintptr_t border, uintptr_t at, uintptr_t end)
{
	return border > at && border < end ? border : end;
}

/* The part of the line that begins at `at` and has one kind. */
static struct walk_piece part_at(const struct space *space, const struct procmaps_line *line,
				 uintptr_t at)
{
	const struct tree *tree = &space->table->tree;
	struct walk_piece piece = { .span = { at, line->end }, .line = line };
	struct entry entry;
	bool found = tree_entry(tree, tree_seek(tree, at), &entry);

	if (found && entry.start <= at && entry.info.kind != KIND_GUARD) {
		piece.span.end = nearer(entry.end, at, line->end);
		piece.kind = kind_tabled(space, line, &entry);
		piece.caller = piece.kind == entry.info.kind ? entry.info.caller : 0;
		return piece;
	}
	piece.span.end = held_border(space, at, nearer(found ? entry.start : at, at, line->end));
	piece.span.end = nearer(space->table->edge, at, piece.span.end);
	piece.kind = kind_untabled(space, line, at);
	return piece;
}

/* A mapping that has grown downwards since the previous line was read is cut at that line's
 * end. */
static long visit_line(const struct procmaps_line *line, void *context)
{
	struct table_walk *walk = context;
	uintptr_t at = line->start > walk->next ? line->start : walk->next;
	struct walk_piece piece = { .span = { at, line->end }, .line = line };
	long result = 0;

	if (at >= walk->range.end || at >= line->end)
		return 0;
	walk->next = line->end;
	if (!walk->space)
		return walk->visit(&piece, walk->context);
	for (; result == 0 && at < line->end; at = piece.span.end) {
		piece = part_at(walk->space, line, at);
		if (piece.span.end > walk->range.start)
			result = walk->visit(&piece, walk->context);
	}
	return result;
}

long walk_each(struct space *space, struct span range, walk_visit *visit, void *context)
{
	struct table_walk walk = { .range = range, .visit = visit, .context = context };
	bool locked = space && lock_table_patiently(space);
	long result;

	if (locked)
		walk.space = space;
	result = vma_each(range.start, visit_line, &walk);
	if (locked)
		unlock_table(space);
	return result;
}
