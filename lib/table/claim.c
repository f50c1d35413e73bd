/* SPDX-License-Identifier: MIT */
#include "claim.h"

#include "deferred.h"
#include "held.h"
#include "holder.h"
#include "lock.h"
#include "mark.h"
#include "region.h"
#include "sync.h"
#include "sys/patience.h"
#include "update.h"

bool claim_excludes(const struct space *space, uintptr_t start, uintptr_t end)
{
	return !held_none(space) && held_there(space, start, end);
}

/*
 * Takes the lock once no claim marks the range. False where the lock cannot be had, where
 * the claim is this thread's own (a handler runs on top of it), or where the claim outlasts
 * PATIENCE_TURNS: its holder may be stopped.
 */
static bool lock_unclaimed(struct space *space, uintptr_t start, uintptr_t end)
{
	bool exclusive = claim_excludes(space, start, end);
	struct entry entry;

	for (int turn = 0; turn < PATIENCE_TURNS; turn++) {
		if (!(exclusive ? lock_table_patiently(space) : lock_table(space)))
			return false;
		if (!space->changes.claims)
			return true; /* no claim, so no marks */
		if (!mark_next(&space->table->tree, start, end, &entry))
			return true;
		unlock_table(space);
		if (holder_has(entry.info.owner))
			return false;
		patience_turn(turn);
	}
	return false;
}

static uint16_t new_number(struct space *space)
{
	do
		space->changes.claim_number++;
	while (space->changes.claim_number == 0);
	return space->changes.claim_number;
}

/* Between the two steps a handler may leave by siglongjmp(). `claims` is then one too high,
 * which only makes calls look for marks. */
static void end_number(struct space *space, uint16_t number)
{
	holder_remove(number);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	space->changes.claims--;
	space_claim_ended(space);
}

/* Marks the range, which no claim has. Call inside the lock. */
static bool exclude(struct space *space, struct claim *claim)
{
	uint16_t number = new_number(space);

	space->changes.claims++;
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	if (!holder_add(number)) {
		space->changes.claims--;
		return false;
	}
	claim->number = number;
	update_note(space, claim->start, claim->end);
	claim->held = mark_set(space, number, claim->start, claim->end);
	if (!claim->held) {
		end_number(space, claim->number);
		claim->number = 0;
	}
	return claim->held;
}

struct claim claim_none(const struct space *space, uintptr_t start, uintptr_t end)
{
	return (struct claim){
		.start = start,
		.end = end,
		.operation = __atomic_load_n(&space->table->operation, __ATOMIC_ACQUIRE),
		.epoch = __atomic_load_n(&space->changes.epoch, __ATOMIC_ACQUIRE),
	};
}

/* Begins a claim that marks nothing. Its `operation` and `epoch` may be older than its
 * entry in `in_flight`; update_since() then finds more conflicts, never fewer. */
static void begin(struct space *space, struct claim *claim)
{
	__atomic_fetch_add(&space->changes.in_flight, 1, __ATOMIC_RELAXED);
	claim->held = true;
}

static void end_flight(struct space *space, const struct claim *claim)
{
	/* adopt() in a child sets in_flight to 0 and changes the epoch: a claim from before
	 * must not take the count below 0. */
	if (__atomic_load_n(&space->changes.epoch, __ATOMIC_RELAXED) == claim->epoch ||
	    __atomic_load_n(&space->changes.in_flight, __ATOMIC_RELAXED) > 0)
		__atomic_fetch_sub(&space->changes.in_flight, 1, __ATOMIC_RELEASE);
}

bool claim_place(struct space *space, struct claim *claim, uintptr_t start, uintptr_t end,
		 const struct mapping_info *info)
{
	*claim = claim_none(space, start, end);
	if (claim_excludes(space, start, end))
		return exclude(space, claim);
	begin(space, claim);
	update_set(space, start, end, info);
	claim->operation = space->table->operation;
	claim->entered = true;
	return true;
}

bool claim_take(struct space *space, struct claim *claim, uintptr_t start, uintptr_t end)
{
	*claim = claim_none(space, start, end);
	if (start >= end)
		return true;
	if (!claim_excludes(space, start, end)) {
		begin(space, claim);
		return true;
	}
	if (!lock_unclaimed(space, start, end))
		return false;
	exclude(space, claim);
	unlock_table(space);
	return claim->held;
}

/* Under passthrough the table does not follow mappings in the window, except in the
 * program's reservations. */
static bool is_followed(const struct space *space, const struct entry *entry)
{
	return !space->passthrough ||
	       !space_inside(space, entry->start, entry->end - entry->start) ||
	       reserved_any(space, entry->start, entry->end);
}

static bool is_nothing(const struct entry *entry)
{
	return entry->info.kind == KIND_GUARD || entry->info.kind == KIND_RESERVED;
}

static bool is_vacant(const struct space *space, uintptr_t start, uintptr_t end)
{
	const struct tree *tree = &space->table->tree;
	struct entry entry;

	for (uintptr_t at = start; tree_entry(tree, tree_seek(tree, at), &entry) && entry.start < end;
	     at = entry.end)
		if (entry.info.owner || (!is_nothing(&entry) && is_followed(space, &entry)))
			return false;
	return true;
}

bool claim_vacant(struct space *space, struct claim *claim, uintptr_t start, uintptr_t end,
		  const struct mapping_info *info)
{
	*claim = claim_none(space, start, end);
	if (!lock_table_patiently(space))
		return false;
	if (is_vacant(space, start, end) && pool_room(space))
		claim_place(space, claim, start, end, info);
	unlock_table(space);
	return claim->held;
}

/* Removes the guard entries below growing mappings that were unmapped in [start, end). */
static void drop_guards(struct space *space, uintptr_t start, uintptr_t end)
{
	struct tree *tree = &space->table->tree;
	struct entry entry;

	for (uintptr_t at = start - 1; at < end; at = entry.end) {
		if (!tree_entry(tree, tree_seek(tree, at), &entry) || entry.start >= end)
			return;
		if (entry.info.kind == KIND_GUARD && !entry.info.owner && entry.end >= start &&
		    tree_is_free(tree, entry.end, entry.end + 1) && pool_room(space))
			tree_clear(tree, entry.start, entry.end);
	}
}

static const struct mapping_info nothing = { .kind = KIND_NONE };

/* Ends a part of an exclusive claim. The marks are replaced by at most one entry, so the
 * tree needs no new block. */
static void settle_part(struct space *space, uint16_t number, uintptr_t start, uintptr_t end,
			const struct mapping_info *info)
{
	mark_clear(space, number, start, end);
	update_set(space, start, end, info);
	if (info->kind == KIND_NONE && space->program.guards)
		drop_guards(space, start, end);
}

static void put_off(struct space *space, const struct claim *claim, const struct mapping_info *info)
{
	struct deferred change = {
		.start = claim->start,
		.end = claim->end,
		.info = *info,
		.operation = claim->operation,
		.epoch = claim->epoch,
		.number = claim->number,
	};

	if (!deferred_add(&change))
		space_missed(space);
}

static void end_exclusive(struct space *space, const struct claim *claim,
			  const struct mapping_info *info)
{
	if (!lock_table_patiently(space)) {
		put_off(space, claim, info);
		return;
	}
	settle_part(space, claim->number, claim->start, claim->end, info);
	end_number(space, claim->number);
	deferred_retry();
	unlock_table(space);
}

void claim_set(struct space *space, uintptr_t start, uintptr_t end, const struct mapping_info *info)
{
	struct claim claim = claim_none(space, start, end);

	if (!lock_unclaimed(space, start, end)) {
		put_off(space, &claim, info);
		return;
	}
	update_try(space, start, end, info);
	unlock_table(space);
}

/* Whether the mapping that was entered before its system call is certainly still in the
 * table. A reading of the kernel's list may have dropped it (`epoch`). A call that had a
 * mapping there before may have taken it out, or will (`operation`, `in_flight`).
 * `in_flight` is read first: a call that has left it by then shows in the two numbers. */
static bool is_still_entered(const struct space *space, const struct claim *claim)
{
	return claim->entered &&
	       __atomic_load_n(&space->changes.in_flight, __ATOMIC_ACQUIRE) <= 1 &&
	       __atomic_load_n(&space->changes.epoch, __ATOMIC_ACQUIRE) == claim->epoch &&
	       __atomic_load_n(&space->table->operation, __ATOMIC_ACQUIRE) == claim->operation;
}

void claim_mapped(struct space *space, struct claim *claim, const struct mapping_info *info)
{
	if (claim->start >= claim->end)
		return;
	if (claim->number) {
		end_exclusive(space, claim, info);
		return;
	}
	if (!is_still_entered(space, claim))
		claim_set(space, claim->start, claim->end, info);
	if (claim->held)
		end_flight(space, claim);
}

/* Takes the claim's range out of the table; where another change has touched the range
 * since the claim began, drops only what the kernel's list does not show. Call inside the
 * lock. */
static void take_out(struct space *space, const struct claim *claim)
{
	if (update_since(space, claim->operation, claim->epoch, claim->start, claim->end)) {
		update_note(space, claim->start, claim->end);
		sync_verify(space, claim->start, claim->end);
	} else {
		update_try(space, claim->start, claim->end, &nothing);
	}
	if (space->program.guards)
		drop_guards(space, claim->start, claim->end);
}

void claim_gone(struct space *space, struct claim *claim)
{
	if (claim->start >= claim->end)
		return;
	if (claim->number) {
		end_exclusive(space, claim, &nothing);
		return;
	}
	if (lock_unclaimed(space, claim->start, claim->end)) {
		take_out(space, claim);
		unlock_table(space);
	} else {
		put_off(space, claim, &nothing);
	}
	if (claim->held)
		end_flight(space, claim);
}

void claim_kept(struct space *space, struct claim *claim)
{
	if (claim->entered) {
		claim_gone(space, claim);
		return;
	}
	if (!claim->held || claim->start >= claim->end)
		return;
	if (!claim->number) {
		end_flight(space, claim);
		return;
	}
	if (!lock_table_patiently(space)) {
		put_off(space, claim, &(struct mapping_info){ .kind = DEFERRED_KEPT });
		return;
	}
	mark_clear(space, claim->number, claim->start, claim->end);
	end_number(space, claim->number);
	deferred_retry();
	unlock_table(space);
}

void claim_part(struct space *space, const struct claim *claim, uintptr_t start, uintptr_t end,
		const struct mapping_info *info)
{
	if (start >= end)
		return;
	if (!claim->number) {
		claim_set(space, start, end, info);
		return;
	}
	if (!lock_table(space))
		return;
	if (pool_room(space))
		settle_part(space, claim->number, start, end, info);
	unlock_table(space);
}

struct span claim_gap(struct space *space, const struct claim *claim, uintptr_t at)
{
	struct span found = { 0, 0 };
	struct entry entry;

	if (!claim->number || !lock_table(space))
		return found;
	for (; at < claim->end && mark_next(&space->table->tree, at, claim->end, &entry);
	     at = entry.end)
		if (entry.info.owner == claim->number &&
		    (entry.info.kind == KIND_CLAIM || is_nothing(&entry))) {
			found = (struct span){ entry.start, entry.end };
			break;
		}
	unlock_table(space);
	return found;
}

/* Ends an exclusive claim with its deferred change. */
static void apply_exclusive(struct space *space, const struct deferred *late)
{
	if (late->info.kind == DEFERRED_KEPT)
		mark_clear(space, late->number, late->start, late->end);
	else
		settle_part(space, late->number, late->start, late->end, &late->info);
	end_number(space, late->number);
}

/* Makes a deferred change. False, to be tried again, while a claim marks the range. */
static bool apply(struct space *space, const struct deferred *late)
{
	struct claim claim = {
		.start = late->start,
		.end = late->end,
		.operation = late->operation,
		.epoch = late->epoch,
	};
	struct entry entry;

	if (late->number) {
		apply_exclusive(space, late);
		return true;
	}
	if (mark_next(&space->table->tree, late->start, late->end, &entry))
		return false;
	if (late->info.kind == KIND_NONE)
		take_out(space, &claim);
	else if (update_since(space, claim.operation, claim.epoch, claim.start, claim.end))
		space_missed(space);
	else
		update_try(space, late->start, late->end, &late->info);
	return true;
}

void claim_catch_up(struct space *space)
{
	deferred_each(space, apply);
}

