/* SPDX-License-Identifier: MIT */
#include "foreign.h"

#include <errno.h>
#include <string.h>

#include "core/gap.h"
#include "event.h"
#include "fence.h"
#include "maps.h"
#include "obstacle.h"
#include "pool.h"
#include "record.h"
#include "sys.h"

struct rescan {
	struct space *space;
	uintptr_t at; /* the end of the line before */
};

static void enter(struct space *space, uintptr_t start, uintptr_t end, enum kind kind)
{
	struct detail detail = {
		.kind = (uint8_t)kind,
		.flags = kind == KIND_FOREIGN && space->starting ? ENTRY_START : 0,
		.when = space->table->operation,
	};

	if (start < end && pool_room(space))
		tree_set(&space->table->tree, start, end, &detail);
}

void foreign_enter(struct space *space, uintptr_t start, uintptr_t end, enum kind kind)
{
	const struct tree *tree = &space->table->tree;
	struct entry entry;

	while (start < end) {
		bool found = tree_entry(tree, tree_seek(tree, start), &entry);

		if (!found || entry.start >= end)
			entry.start = entry.end = end;
		enter(space, start, entry.start, kind);
		/* Where a stack has grown into its room, the room is a mapping now. */
		if (entry.start < entry.end && entry.detail.kind == KIND_GUARD)
			enter(space, entry.start > start ? entry.start : start,
			      entry.end < end ? entry.end : end, kind);
		start = entry.end;
	}
}

/* Of a mapping that may be fence only what lies in the window is foreign; it can
 * lie there as a whole, where the fence beside it is sealed or gone. */
static void enter_mapping(struct space *space, struct span span, int prot, bool anonymous)
{
	if (!space_fenced(space) || prot != PROT_NONE || !anonymous) {
		foreign_enter(space, span.start, span.end, KIND_FOREIGN);
		return;
	}

	struct spans spans = space_spans(space);
	uintptr_t edge = space->table->edge;

	for (int i = 0; i < spans.count; i++) {
		struct span inside = span_cut(span, spans.at[i]);

		/* What is kept back of the window's top is fence as well. */
		if (edge && inside.end == space->table->edge_end && inside.end > edge)
			inside.end = edge;
		foreign_enter(space, inside.start, inside.end, KIND_FOREIGN);
	}
}

/* Under a fence the kernel puts nothing outside: whatever turns up there, some
 * call that nobody saw has demanded. */
static void note_escape(struct space *space, struct span span, int prot, bool anonymous)
{
	struct span gap;

	if (!space_fenced(space) || fence_is(space, span, prot, anonymous))
		return;
	gap = gap_first(&space->table->tree, span);
	if (!span_empty(gap) && !space_inside(space, gap.start, gap.end - gap.start))
		event_escaped(space, span);
}

/* The kernel has nothing in [start, end): nor shall the table. */
static void drop(struct space *space, uintptr_t start, uintptr_t end)
{
	struct tree *tree = &space->table->tree;
	struct entry entry;

	while (start < end && tree_entry(tree, tree_seek(tree, start), &entry) && entry.start < end) {
		struct span piece = span_cut((struct span){ entry.start, entry.end },
					     (struct span){ start, end });

		start = piece.end;
		if (entry.detail.kind == KIND_GUARD || !pool_room(space))
			continue;
		tree_clear(tree, piece.start, piece.end);
		if (!space_inside(space, piece.start, piece.end - piece.start))
			space->opened = true;
	}
}

void foreign_verify(struct space *space, uintptr_t start, uintptr_t end)
{
	struct obstacle_facts found;

	/* A claim in the range whose mapping is still to be made goes as well;
	 * its holder sees by the epoch that it has to record again. */
	__atomic_store_n(&space->epoch, space->epoch + 1, __ATOMIC_RELEASE);
	struct obstacle look = obstacle_begin(space, start, end);

	while (obstacle_next(&look, &found)) {
		drop(space, start, found.span.start);
		if (fence_is(space, found.span, found.prot, found.anonymous))
			drop(space, found.span.start, found.span.end < end ? found.span.end : end);
		start = found.span.end;
	}
	if (look.failed || (look.fd >= 0 && look.left < 0))
		space_missed(space); /* nor is it known what lies behind very many */
	else
		drop(space, start, end);
}

static bool is_named(const struct procmaps_line *line, const char *name)
{
	return line->name_length == strlen(name) && memcmp(line->name, name, line->name_length) == 0;
}

static long visit(const struct procmaps_line *line, void *context)
{
	struct rescan *rescan = context;
	struct space *space = rescan->space;

	if (line->start >= space->top)
		return 1;
	if (is_named(line, "[stack]"))
		space->stack = (struct span){ line->start, line->end };
	else if (is_named(line, "[heap]"))
		space->heap = (struct span){ line->start, line->end };
	drop(space, rescan->at, line->start);
	/* What was there before the table has not escaped: the launcher's fence
	 * is left open for it. */
	if (!space->starting)
		note_escape(space, (struct span){ line->start, line->end }, line->prot,
			    line->inode == 0);
	enter_mapping(space, (struct span){ line->start, line->end }, line->prot, line->inode == 0);
	rescan->at = line->end;
	return 0;
}

static void forget(struct space *space)
{
	struct table *table = space->table;
	struct tree *tree = &table->tree;

	for (uint32_t i = 0; i <= space->capacity_max / 64; i++)
		tree->bitmap[i] = 0;
	tree_init(tree, tree->block, tree->bitmap, tree->capacity);
	enter(space, (uintptr_t)table, (uintptr_t)table + table->region_size, KIND_OWN);
}

void foreign_rescan(struct space *space)
{
	struct rescan rescan = { .space = space };
	enum stale why = __atomic_exchange_n(&space->stale, STALE_NOT, __ATOMIC_RELAXED);
	long result;

	/* A child that has lost the table begins anew with what it has. */
	if (why == STALE_TORN) {
		forget(space);
		space->starting = true;
	}
	__atomic_store_n(&space->epoch, space->epoch + 1, __ATOMIC_RELEASE);
	space_count(space, COUNT_RESCAN);
	result = maps_each_by(pool_scratch(space), pool_scratch_size(space), visit, &rescan);
	/* Without a list the table stays what it is; obstacles are met one by one. */
	space->listed = result >= 0;
	if (space->listed)
		drop(space, rescan.at, space->top);
	else if (result != -ENOENT)
		space_missed(space); /* for want of a descriptor, say: the next will try */
	space->starting = false;
}

bool foreign_refresh(struct space *space)
{
	if (!space_lock(space))
		return false;
	foreign_rescan(space);

	bool listed = space->listed;

	space_unlock(space);
	return listed;
}

void foreign_learn(struct space *space, uintptr_t start, uintptr_t end)
{
	struct obstacle_facts found;

	/* The kernel is asked inside the lock: of what is unmapped after its
	 * answer the record comes after ours. */
	if (!space_lock(space))
		return;
	for (struct obstacle look = obstacle_begin(space, start, end);
	     obstacle_next(&look, &found);) {
		note_escape(space, found.span, found.prot, found.anonymous);
		enter_mapping(space, found.span, found.prot, found.anonymous);
		event_learnt(space, found.span);
	}
	space_unlock(space);
}

void foreign_admit(struct space *space, uintptr_t start, uintptr_t end)
{
	struct obstacle_facts found;

	if (!space_lock(space))
		return;
	for (struct obstacle look = obstacle_begin(space, start, end);
	     obstacle_next(&look, &found);) {
		struct span piece = span_cut(found.span, (struct span){ start, end });

		foreign_enter(space, piece.start, piece.end, KIND_FOREIGN);
	}
	space_unlock(space);
}
