/* SPDX-License-Identifier: MIT */
#include "sync.h"

#include <errno.h>
#include "adopt.h"
#include "core/gap.h"
#include "core/salvage.h"
#include "core/text.h"
#include "event.h"
#include "held.h"
#include "lock.h"
#include "region.h"
#include "sys/feel.h"
#include "sys/maps.h"
#include "sys/sys.h"
#include "sys/vma.h"

struct rescan {
	struct space *space;
	uintptr_t at; /* the end of the line before */
	struct span run; /* what of the lines before is still to be entered */
};

static void enter(struct space *space, uintptr_t start, uintptr_t end, enum kind kind)
{
	struct mapping_info info = {
		.kind = (uint8_t)kind,
		.flags = kind == KIND_FOREIGN && space->program.starting ? ENTRY_START : 0,
		.when = space->table->operation,
	};

	if (start < end && pool_room(space))
		tree_set(&space->table->tree, start, end, &info);
}

void sync_enter(struct space *space, uintptr_t start, uintptr_t end, enum kind kind)
{
	const struct tree *tree = &space->table->tree;
	struct entry entry;

	while (start < end) {
		bool found = tree_entry(tree, tree_seek(tree, start), &entry);

		if (!found || entry.start >= end)
			entry.start = entry.end = end;
		enter(space, start, entry.start, kind);
		/* Where a stack has grown into its room, the room is a mapping now. */
		if (entry.start < entry.end && entry.info.kind == KIND_GUARD &&
		    entry.info.owner == 0)
			enter(space, entry.start > start ? entry.start : start,
			      entry.end < end ? entry.end : end, kind);
		start = entry.end;
	}
}

/* Something was mapped over the free part of a reservation, unseen. */
static void forget_reserved(struct space *space, struct span span)
{
	const struct tree *tree = &space->table->tree;
	struct span piece;
	struct entry entry;

	for (; reserved_any(space, span.start, span.end) &&
	       tree_entry(tree, tree_seek(tree, span.start), &entry) && entry.start < span.end;
	     span.start = entry.end) {
		piece = span_cut((struct span){ entry.start, entry.end }, span);
		if (entry.info.kind == KIND_RESERVED && !entry.info.owner && pool_room(space))
			tree_clear(&space->table->tree, piece.start, piece.end);
	}
}

/* What the table does not know of a reservation's memory is the free part of that. */
static void enter_reserved(struct space *space, struct span span)
{
	for (struct span piece; !span_empty(span); span.start = piece.end) {
		piece = reserved_first(space, span);
		if (span_empty(piece))
			break;
		sync_enter(space, piece.start, piece.end, KIND_RESERVED);
	}
}

/* A reservation outside the window may be fence, so only its part inside is
 * foreign. It can lie inside as a whole, where the fence beside it is sealed. */
static void enter_mapping(struct space *space, const struct vma_facts *facts)
{
	if (vma_reserves(facts))
		enter_reserved(space, facts->span);
	else
		forget_reserved(space, facts->span);
	if (!space_fenced(space) || !vma_reserves(facts)) {
		sync_enter(space, facts->span.start, facts->span.end, KIND_FOREIGN);
		return;
	}

	struct spans spans = space_spans(space);
	uintptr_t edge = space->table->edge;

	for (int i = 0; i < spans.count; i++) {
		struct span inside = span_cut(facts->span, spans.at[i]);

		/* What is kept back of the window's top is fence as well. */
		if (edge && inside.end == space->table->edge_end && inside.end > edge)
			inside.end = edge;
		sync_enter(space, inside.start, inside.end, KIND_FOREIGN);
	}
}

/* Under a fence the kernel places nothing outside: what turns up there was
 * demanded by a call that the library did not see. */
static void note_escape(struct space *space, const struct vma_facts *facts)
{
	struct span gap;

	if (!space_fenced(space) || space_is_fence(space, facts))
		return;
	gap = gap_first(&space->table->tree, facts->span);
	if (!span_empty(gap) && !space_inside(space, gap.start, gap.end - gap.start))
		event_escaped(space, facts->span);
}

/* The kernel has nothing in [start, end): nor shall the table, but for what a call
 * in flight has claimed. */
static void drop(struct space *space, uintptr_t start, uintptr_t end)
{
	struct tree *tree = &space->table->tree;
	struct entry entry;

	while (start < end && tree_entry(tree, tree_seek(tree, start), &entry) && entry.start < end) {
		struct span piece = span_cut((struct span){ entry.start, entry.end },
					     (struct span){ start, end });

		start = piece.end;
		if (entry.info.owner || entry.info.kind == KIND_GUARD || !pool_room(space))
			continue;
		tree_clear(tree, piece.start, piece.end);
		if (!space_inside(space, piece.start, piece.end - piece.start))
			space->holes.opened = true;
	}
}

/* Changes in flight whose mapping is entered before it is made, where the kernel
 * arbitrates, may be taken for gone: their holders see the epoch. */
static void begin_correction(struct space *space)
{
	__atomic_store_n(&space->changes.epoch, space->changes.epoch + 1, __ATOMIC_RELEASE);
}

void sync_verify(struct space *space, uintptr_t start, uintptr_t end)
{
	struct vma_facts found;

	begin_correction(space);
	struct vma_look look = vma_begin(space_bounds(space), start, end);

	while (vma_next(&look, &found)) {
		drop(space, start, found.span.start);
		start = found.span.end;
	}
	if (look.failed || look.left < 0)
		space_missed(space); /* it is not known what lies behind very many */
	else
		drop(space, start, end);
}

void sync_recheck(struct space *space, uintptr_t start, uintptr_t end)
{
	if (!lock_table(space))
		return;
	sync_verify(space, start, end);
	unlock_table(space);
}

/* The stack is told by an address in it: to the kernel, [stack] is valgrind's own. */
static void note_special(struct space *space, const struct procmaps_line *line)
{
	if (line->start < space->program.stack.end && line->end >= space->program.stack.end)
		space->program.stack = (struct span){ line->start, line->end };
	else if (text_is(line->name, line->name_length, "[heap]"))
		space->program.heap = (struct span){ line->start, line->end };
}

/* What the mappings before the line are entered as: in one, where they touch. */
static void enter_run(struct rescan *rescan)
{
	sync_enter(rescan->space, rescan->run.start, rescan->run.end, KIND_FOREIGN);
	rescan->run = (struct span){ 0, 0 };
}

/* Before there is a table of its own, all that is not reserved is of one kind, and the
 * segments of a library touch: one entry. */
static void enter_starting(struct rescan *rescan, const struct vma_facts *facts)
{
	if (rescan->run.end != facts->span.start || vma_reserves(facts))
		enter_run(rescan);
	if (vma_reserves(facts))
		enter_mapping(rescan->space, facts);
	else if (span_empty(rescan->run))
		rescan->run = facts->span;
	else
		rescan->run.end = facts->span.end;
}

static long sync_line(const struct procmaps_line *line, void *context)
{
	struct rescan *rescan = context;
	struct space *space = rescan->space;
	struct vma_facts facts = {
		.span = { line->start, line->end },
		.prot = line->prot,
		.anonymous = line->inode == 0,
	};

	if (line->start >= space->top)
		return 1;
	note_special(space, line);
	if (rescan->at < line->start)
		drop(space, rescan->at, line->start);
	rescan->at = line->end;
	/* What was there before the table has not escaped: the launcher's fence
	 * is left open for it. */
	if (space->program.starting) {
		enter_starting(rescan, &facts);
		return 0;
	}
	note_escape(space, &facts);
	enter_mapping(space, &facts);
	return 0;
}

void sync_rebuild(struct space *space)
{
	pool_room_to_rebuild(space);
	tree_salvage(&space->table->tree);
	space->program.starting = true;
}

void sync_rescan(struct space *space)
{
	struct rescan rescan = { .space = space };
	enum stale why = __atomic_exchange_n(&space->stale, STALE_NOT, __ATOMIC_RELAXED);
	long result;

	if (why == STALE_TORN)
		sync_rebuild(space);
	if (why >= STALE_ADOPTED)
		adopt_claims(space);
	begin_correction(space);
	space_count(space, COUNT_RESCAN);
	result = maps_each_by(pool_scratch(space), pool_scratch_size(space), sync_line, &rescan);
	enter_run(&rescan);
	/* Without a list the table stays what it is; obstacles are met one by one. */
	space->kernel.listed = result >= 0;
	if (space->kernel.listed)
		drop(space, rescan.at, space->top);
	else if (result != -ENOENT)
		space_missed(space); /* for want of a descriptor, say: the next will try */
	space->program.starting = false;
}

/* Whether there was a list. */
static bool rescan_and_unlock(struct space *space)
{
	sync_rescan(space);

	bool listed = space->kernel.listed;

	unlock_table(space);
	return listed;
}

bool sync_refresh(struct space *space)
{
	return lock_table(space) && rescan_and_unlock(space);
}

bool sync_refresh_patiently(struct space *space)
{
	return lock_table_patiently(space) && rescan_and_unlock(space);
}

bool sync_feel(struct space *space, struct span span)
{
	const struct vma_bounds bounds = space_bounds(space);
	struct vma_facts found;
	uintptr_t at = span.start;
	int result;

	if (!lock_table(space))
		return false;
	begin_correction(space);
	while ((result = feel_next(&bounds, &span, &found)) > 0) {
		drop(space, at, found.span.start);
		enter_mapping(space, &found);
		at = found.span.end;
	}
	if (result == 0)
		drop(space, at, span.end);
	unlock_table(space);
	return result == 0;
}

void sync_learn(struct space *space, uintptr_t start, uintptr_t end)
{
	struct vma_facts found;

	/* The kernel is asked inside the lock: of what is unmapped after its
	 * answer the record comes after ours. */
	if (!lock_table(space))
		return;
	for (struct vma_look look = vma_begin(space_bounds(space), start, end);
	     vma_next(&look, &found);) {
		note_escape(space, &found);
		enter_mapping(space, &found);
		event_learnt(space, found.span);
	}
	unlock_table(space);
}

void sync_admit(struct space *space, uintptr_t start, uintptr_t end)
{
	struct vma_facts found;

	if (!lock_table(space))
		return;
	for (struct vma_look look = vma_begin(space_bounds(space), start, end);
	     vma_next(&look, &found);) {
		struct span piece = span_cut(found.span, (struct span){ start, end });

		sync_enter(space, piece.start, piece.end, KIND_FOREIGN);
	}
	unlock_table(space);
}
