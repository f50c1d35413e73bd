/* SPDX-License-Identifier: MIT */
#include "place.h"

#include <errno.h>

#include "carve.h"
#include "core/gap.h"
#include "direct.h"
#include "event.h"
#include "foreign.h"
#include "guard.h"
#include "pool.h"
#include "scan.h"
#include "sys.h"

/* Every retry has learnt an obstacle. Where that many did not help, something
 * is there that nobody can see: then the kernel shall find a place. */
#define RETRIES 1000

enum claim { CLAIMED, CLAIM_FULL, CLAIM_NO_TABLE };

size_t place_huge(const struct space *space, size_t length)
{
	/* As many pages as a page table has entries: 2 MiB where pages are 4 KiB. */
	size_t huge = space->page / sizeof(uint64_t) * space->page;

	return length % huge == 0 ? huge : 0;
}

long place_holder(const void *what, uintptr_t at, bool over)
{
	const size_t *length = what;

	return over ? (long)at : carve_hold(at, *length);
}

static uintptr_t find(struct space *space, struct want *want)
{
	const struct tree *tree = &space->table->tree;
	struct policy *policy = want->area.kind == AREA_OUTSIDE ? &space->host : &space->guest;
	struct spans spans = area_spans(space, &want->area);
	size_t length = want->length + want->guard;
	uintptr_t hint = want->hint, at = 0;

	want->hint = 0; /* a second attempt shall not try it again */
	if (hint && area_holds(space, &want->area, hint, want->length) &&
	    tree_is_free(tree, hint, hint + want->length))
		return hint;
	if (want->huge > want->align)
		at = policy_find(policy, tree, &spans, length, want->huge);
	if (at == 0)
		at = policy_find(policy, tree, &spans, length, want->align);
	return at ? at + want->guard : 0;
}

/* Finds room and claims it in the table; *room is the guard room above it. */
static enum claim claim(struct space *space, struct want *want, struct placed *placed,
			struct entry *room)
{
	const struct tree *tree = &space->table->tree;

	room->detail.kind = KIND_NONE;
	if (!space_lock(space))
		return CLAIM_NO_TABLE;

	bool blocks = pool_room(space);
	uintptr_t at = blocks ? find(space, want) : 0;

	if (at) {
		uintptr_t end = at + want->length;

		placed->start = at;
		placed->ticket = record_claim(space, at, end, &want->detail);
		if (space->guards && (!tree_entry(tree, tree_seek(tree, end), room) ||
				      room->start != end))
			room->detail.kind = KIND_NONE;
	}
	space_unlock(space);
	if (!blocks)
		return CLAIM_NO_TABLE;
	return at ? CLAIMED : CLAIM_FULL;
}

void place_leave(struct space *space, const struct want *want, const struct placed *placed)
{
	record_claimed(space, placed->ticket, placed->start, placed->start + want->length,
		       &want->detail, false);
}

void place_keep(struct space *space, const struct want *want, const struct placed *placed)
{
	record_claimed(space, placed->ticket, placed->start, placed->start + want->length,
		       &want->detail, true);
}

void place_cancel(struct space *space, const struct want *want, const struct placed *placed)
{
	if (carve_needed(space, placed->start, want->length))
		carve_shut(space, placed->start, want->length);
	else
		space_discard(space, placed->start, want->length);
	place_leave(space, want, placed);
}

/* Without the table: a fence steers the kernel, and without one its list shows
 * what is free. A host takes what it gets. */
static long hold_untabled(struct space *space, const struct area *area, size_t length)
{
	int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
	struct spans spans = area_spans(space, area);
	long at = -ENOMEM;

	if (area->kind != AREA_WINDOW || !space_fenced(space)) {
		for (int i = 0; at == -ENOMEM && i < spans.count; i++)
			at = scan_map(space, spans.at[i], length, PROT_NONE, flags, -1, 0);
		if (at != -ENOMEM || area->kind != AREA_OUTSIDE)
			return at;
	}
	at = sys_mmap(0, length, PROT_NONE, flags, -1, 0);
	if (!sys_failed(at) && area->kind == AREA_WINDOW &&
	    !space_inside(space, (uintptr_t)at, length)) {
		space_discard(space, (uintptr_t)at, length);
		at = -ENOMEM;
	}
	return at;
}

static long place_untabled(struct space *space, const struct want *want, struct placed *placed)
{
	size_t slack = want->align > space->page ? want->align : 0;
	size_t held = want->length + want->guard + slack;
	long at = hold_untabled(space, &want->area, held);

	if (sys_failed(at))
		return at;

	uintptr_t first = (uintptr_t)at, last = first + held;
	uintptr_t mask = slack ? slack - 1 : 0;
	uintptr_t start = (first + want->guard + mask) & ~mask;
	long result = want->map(want->what, start, true);

	if (sys_failed(result)) {
		space_discard(space, first, held);
		return result;
	}
	if (start > first)
		space_discard(space, first, start - first);
	if (last > start + want->length)
		space_discard(space, start + want->length, last - start - want->length);
	*placed = (struct placed){ .start = start };
	return result;
}

static long map_claimed(struct space *space, const struct want *want, uintptr_t at)
{
	bool carve = carve_needed(space, at, want->length);
	long result = carve ? carve_open(space, at, want->length) : 0;

	if (result)
		return result;
	result = want->map(want->what, at, carve);
	if (sys_failed(result) && carve)
		carve_shut(space, at, want->length);
	return result;
}

static size_t largest_gap(struct space *space, const struct area *area)
{
	struct spans spans = area_spans(space, area);
	size_t largest = 0;

	if (!space_lock(space))
		return 0;
	for (int i = 0; i < spans.count; i++) {
		size_t gap = gap_largest(&space->table->tree, spans.at[i]);

		largest = gap > largest ? gap : largest;
	}
	space_unlock(space);
	return largest;
}

/* What one attempt came to. */
enum attempt { ATTEMPT_DONE, ATTEMPT_AGAIN, ATTEMPT_UNTABLED };

static enum attempt attempt(struct space *space, struct want *want, struct placed *placed,
			    bool *rescanned, long *result)
{
	struct entry room;

	switch (claim(space, want, placed, &room)) {
	case CLAIM_NO_TABLE:
		return ATTEMPT_UNTABLED;
	case CLAIM_FULL:
		*result = -ENOMEM;
		if (*rescanned) {
			event_full(space, want->length, largest_gap(space, &want->area));
			return ATTEMPT_DONE;
		}
		/* Unseen mappings may have gone since they were learnt. */
		*rescanned = true;
		foreign_refresh(space);
		return ATTEMPT_AGAIN;
	case CLAIMED:
		break;
	}
	if (room.detail.kind == KIND_GUARD && guard_moved(space, &room)) {
		place_leave(space, want, placed);
		return ATTEMPT_AGAIN;
	}
	*result = map_claimed(space, want, placed->start);
	if (sys_failed(*result))
		place_leave(space, want, placed);
	if (*result != -EEXIST)
		return ATTEMPT_DONE;
	space_count(space, COUNT_RETRY);
	foreign_learn(space, placed->start - want->guard, placed->start + want->length);
	return ATTEMPT_AGAIN;
}

long place(struct space *space, struct want *want, struct placed *placed)
{
	bool rescanned = false;
	long result;

	if (want->area.kind != AREA_OUTSIDE)
		direct_yield(space);
	for (int i = 0; i < RETRIES; i++) {
		switch (attempt(space, want, placed, &rescanned, &result)) {
		case ATTEMPT_DONE:
			return result;
		case ATTEMPT_AGAIN:
			continue;
		case ATTEMPT_UNTABLED:
			break;
		}
		break;
	}
	return place_untabled(space, want, placed);
}
