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
	uintptr_t at; /* end of the previous line */
	struct span run; /* adjacent mappings before it that are not entered yet */
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
		/* A stack has grown into its guard gap: that part is a mapping now. */
		if (entry.start < entry.end && entry.info.kind == KIND_GUARD &&
		    entry.info.owner == 0)
			enter(space, entry.start > start ? entry.start : start,
			      entry.end < end ? entry.end : end, kind);
		start = entry.end;
	}
}

/* Takes the free part of reservations in the span out of the table: an unseen call has
 * mapped over it. */
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

/* Enters the addresses of reservations that the table does not know, as their free part. */
static void enter_reserved(struct space *space, struct span span)
{
	for (struct span piece; !span_empty(span); span.start = piece.end) {
		piece = reserved_first(space, span);
		if (span_empty(piece))
			break;
		sync_enter(space, piece.start, piece.end, KIND_RESERVED);
	}
}

/* Enters a mapping. Under a fence, a PROT_NONE reservation outside the window may be fence,
 * so only its part inside is foreign. It can lie inside as a whole beside a sealed fence,
 * with which the kernel does not merge it. */
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

		/* The part kept back of the window's top is fence as well. */
		if (edge && inside.end == space->table->edge_end && inside.end > edge)
			inside.end = edge;
		sync_enter(space, inside.start, inside.end, KIND_FOREIGN);
	}
}

/* Reports an escape: under a fence the kernel places no mapping outside, so an unknown one
 * there was demanded by a call that the library did not see. */
static void note_escape(struct space *space, const struct vma_facts *facts)
{
	struct span gap;

	if (!space_fenced(space) || space_is_fence(space, facts))
		return;
	gap = gap_first(&space->table->tree, facts->span);
	if (!span_empty(gap) && !space_inside(space, gap.start, gap.end - gap.start))
		event_escaped(space, facts->span);
}

/* Takes [start, end), where the kernel has no mapping, out of the table, except claimed and
 * guard entries. */
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

/* Changes the epoch before the kernel's list is read. A change in flight whose mapping was
 * entered before its system call may be dropped by the reading: its holder sees the epoch
 * and enters it again. */
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
		space_missed(space); /* the list has more mappings than one look reads */
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

/* Notes the main stack and the brk heap. The stack is told by an address in it, since under
 * valgrind [stack] is valgrind's own. */
static void note_special(struct space *space, const struct procmaps_line *line)
{
	if (line->start < space->program.stack.end && line->end >= space->program.stack.end)
		space->program.stack = (struct span){ line->start, line->end };
	else if (text_is(line->name, line->name_length, "[heap]"))
		space->program.heap = (struct span){ line->start, line->end };
}

/* Enters the adjacent mappings before the line as one entry. */
static void enter_run(struct rescan *rescan)
{
	sync_enter(rescan->space, rescan->run.start, rescan->run.end, KIND_FOREIGN);
	rescan->run = (struct span){ 0, 0 };
}

/* Enters a mapping of the start. All but reservations have one kind then, so that adjacent
 * mappings, as a library's segments, become one entry. */
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
	/* A mapping from before the table has not escaped: the launcher leaves its fence
	 * open for it. */
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
	/* Without the list the table stays as it is; placements meet unknown VMAs one by
	 * one. */
	space->kernel.listed = result >= 0;
	if (space->kernel.listed)
		drop(space, rescan.at, space->top);
	else if (result != -ENOENT)
		space_missed(space); /* no free descriptor, say: the next call tries again */
	space->program.starting = false;
}

/* Reads the kernel's list and releases the table. Whether the list could be read. */
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

	/* Ask the kernel inside the lock: a mapping that is unmapped after the answer is
	 * recorded after this change. */
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
