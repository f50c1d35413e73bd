/* SPDX-License-Identifier: MIT */
#include "claim.h"

#include "deferred.h"
#include "frame.h"
#include "sync.h"
#include "obstacle.h"
#include "pool.h"
#include "wait.h"

/*
 * This thread's exclusive claims. A child of fork() has only this thread, so
 * only these are alive there; and a signal handler must not wait for one that
 * its own thread holds. Nested handlers add theirs on top, and have ended them
 * when the interrupted call goes on.
 */
#define MINE 16
#define TAKEN UINT32_MAX /* as a number: being filled */

static __thread struct mine {
	uint64_t call;   /* mark of the call that holds it (frame.h) */
	uint32_t number; /* 0: not in use */
} mine[MINE];

bool claim_excludes(const struct space *space, uintptr_t start, uintptr_t end)
{
	return space_fenced(space) && !space_inside(space, start, end - start);
}

static struct mine *find_mine(uint32_t number)
{
	for (int i = 0; i < MINE; i++)
		if (mine[i].number == number)
			return &mine[i];
	return NULL;
}

/* The first entry at or above `at` and below `end` that a claim has marked. */
static bool next_claimed(const struct tree *tree, uintptr_t at, uintptr_t end, struct entry *entry)
{
	struct cursor cursor = tree_seek(tree, at);

	for (; tree_entry(tree, cursor, entry) && entry->start < end; cursor = tree_next(tree, cursor))
		if (entry->detail.owner)
			return true;
	return false;
}

/*
 * Takes the lock when no claim touches the range. False where the lock cannot be
 * had, where the claim is this thread's own (a handler runs on top of it), or
 * where it does not end: its holder may be stopped.
 */
static bool lock_unclaimed(struct space *space, uintptr_t start, uintptr_t end)
{
	bool exclusive = claim_excludes(space, start, end);
	struct entry entry;

	for (int turn = 0; turn < WAIT_TURNS; turn++) {
		if (!(exclusive ? space_lock_patiently(space) : space_lock(space)))
			return false;
		if (!next_claimed(&space->table->tree, start, end, &entry))
			return true;
		space_unlock(space);
		if (find_mine(entry.detail.owner))
			return false;
		wait_turn(turn);
	}
	return false;
}

/* The latest changes, by number: a change that came after a claim began is found
 * here, with its range. */
static void remember(struct space *space, uintptr_t start, uintptr_t end)
{
	uint32_t number = space->table->operation + 1;

	space->recent[number % SPACE_RECENT] = (struct span){ start, end };
	__atomic_store_n(&space->table->operation, number, __ATOMIC_RELEASE);
}

/* Inside the lock. The caller knows that there is room in the tree. */
static void change(struct space *space, uintptr_t start, uintptr_t end, const struct detail *detail)
{
	struct tree *tree = &space->table->tree;
	struct detail numbered = *detail;

	remember(space, start, end);
	if (detail->kind == KIND_NONE) {
		tree_clear(tree, start, end);
		return;
	}
	if (space->direct && !space_outside(space, start, end - start))
		__atomic_store_n(&space->placed_inside, true, __ATOMIC_RELAXED);
	numbered.when = space->table->operation;
	if (detail->flags & ENTRY_SHM && detail->attached == 0)
		numbered.attached = numbered.when;
	tree_set(tree, start, end, &numbered);
}

static void change_if_room(struct space *space, uintptr_t start, uintptr_t end,
			   const struct detail *detail)
{
	if (pool_room(space))
		change(space, start, end, detail);
	else
		space_missed(space);
}

static uint16_t new_number(struct space *space)
{
	do
		space->claim_number++;
	while (space->claim_number == 0);
	return space->claim_number;
}

static bool enlist(struct claim *claim, uint16_t number)
{
	struct mine *slot = find_mine(0);

	if (!slot)
		return false;
	/* A handler that comes in between takes another. */
	slot->number = TAKEN;
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	slot->call = frame_now();
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	slot->number = number;
	claim->number = number;
	return true;
}

static void delist(struct space *space, const struct claim *claim)
{
	struct mine *slot = find_mine(claim->number);

	space->claims--;
	if (slot)
		slot->number = 0;
}

/* The part of an entry that lies in the span, with its own detail. */
static struct entry cut(const struct entry *entry, struct span span)
{
	struct entry piece = *entry;

	if (piece.start < span.start) {
		if (piece.detail.flags & ENTRY_SHM)
			piece.detail.page += (uint32_t)((span.start - piece.start) >> 12);
		piece.start = span.start;
	}
	if (piece.end > span.end)
		piece.end = span.end;
	return piece;
}

/* What is at `at`, up to `end` at the most: an entry, or what is free. */
static struct entry piece_at(const struct tree *tree, uintptr_t at, uintptr_t end)
{
	struct entry entry;

	if (!tree_entry(tree, tree_seek(tree, at), &entry) || entry.start >= end)
		return (struct entry){ at, end, { .kind = KIND_NONE } };
	if (entry.start > at)
		return (struct entry){ at, entry.start, { .kind = KIND_NONE } };
	return cut(&entry, (struct span){ at, end });
}

/* Takes the marks of a claim away from [start, end). What the marks had cut is
 * put together again, so no room is needed. */
static void unmark(struct space *space, uint16_t number, uintptr_t start, uintptr_t end)
{
	struct tree *tree = &space->table->tree;

	for (uintptr_t at = start; at < end;) {
		struct entry piece = piece_at(tree, at, end);

		at = piece.end;
		if (piece.detail.owner != number)
			continue;
		if (piece.detail.kind == KIND_CLAIM) {
			tree_clear(tree, piece.start, piece.end);
			continue;
		}
		piece.detail.owner = 0;
		piece.detail.flags &= (uint8_t)~ENTRY_CLAIMED;
		tree_set(tree, piece.start, piece.end, &piece.detail);
	}
}

/* Marks all of the range; false, with nothing marked, where the tree has no room. */
static bool mark(struct space *space, uint16_t number, uintptr_t start, uintptr_t end)
{
	struct tree *tree = &space->table->tree;

	for (uintptr_t at = start; at < end;) {
		struct entry piece = piece_at(tree, at, end);

		if (!pool_room(space)) {
			unmark(space, number, start, at);
			return false;
		}
		if (piece.detail.kind == KIND_NONE)
			piece.detail.kind = KIND_CLAIM;
		else
			piece.detail.flags |= ENTRY_CLAIMED;
		piece.detail.owner = number;
		tree_set(tree, piece.start, piece.end, &piece.detail);
		at = piece.end;
	}
	return true;
}

/* Inside the lock: the range is unclaimed. */
static bool exclude(struct space *space, struct claim *claim)
{
	uint16_t number = new_number(space);

	if (!enlist(claim, number))
		return false;
	space->claims++;
	remember(space, claim->start, claim->end);
	claim->held = mark(space, number, claim->start, claim->end);
	if (!claim->held) {
		delist(space, claim);
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
		.epoch = __atomic_load_n(&space->epoch, __ATOMIC_ACQUIRE),
	};
}

/* A claim that marks nothing. */
static struct claim begin(struct space *space, uintptr_t start, uintptr_t end)
{
	struct claim claim;

	__atomic_fetch_add(&space->in_flight, 1, __ATOMIC_RELAXED);
	claim = claim_none(space, start, end);
	claim.held = true;
	return claim;
}

static void end_flight(struct space *space, const struct claim *claim)
{
	/* A child forgets what was in flight in its parent. */
	if (__atomic_load_n(&space->epoch, __ATOMIC_RELAXED) == claim->epoch ||
	    __atomic_load_n(&space->in_flight, __ATOMIC_RELAXED) > 0)
		__atomic_fetch_sub(&space->in_flight, 1, __ATOMIC_RELAXED);
}

bool claim_place(struct space *space, struct claim *claim, uintptr_t start, uintptr_t end,
		 const struct detail *detail)
{
	if (claim_excludes(space, start, end)) {
		*claim = claim_none(space, start, end);
		return exclude(space, claim);
	}
	*claim = begin(space, start, end);
	change(space, start, end, detail);
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
		*claim = begin(space, start, end);
		return true;
	}
	if (!lock_unclaimed(space, start, end))
		return false;
	exclude(space, claim);
	space_unlock(space);
	return claim->held;
}

/* Where the kernel places, the table does not follow what is in the window. */
static bool is_followed(const struct space *space, const struct entry *entry)
{
	return !space->direct || !space_inside(space, entry->start, entry->end - entry->start);
}

static bool is_vacant(const struct space *space, uintptr_t start, uintptr_t end)
{
	const struct tree *tree = &space->table->tree;
	struct entry entry;

	for (uintptr_t at = start; tree_entry(tree, tree_seek(tree, at), &entry) && entry.start < end;
	     at = entry.end)
		if (entry.detail.owner ||
		    (entry.detail.kind != KIND_GUARD && is_followed(space, &entry)))
			return false;
	return true;
}

bool claim_vacant(struct space *space, struct claim *claim, uintptr_t start, uintptr_t end,
		  const struct detail *detail)
{
	*claim = claim_none(space, start, end);
	if (!space_lock_patiently(space))
		return false;
	if (is_vacant(space, start, end) && pool_room(space))
		claim_place(space, claim, start, end, detail);
	space_unlock(space);
	return claim->held;
}

/* Whether another change touched the claim's range after it began. */
static bool disturbed(const struct space *space, const struct claim *claim)
{
	uint32_t now = space->table->operation;

	if (space->epoch != claim->epoch || now - claim->operation > SPACE_RECENT)
		return true;
	for (uint32_t number = claim->operation + 1; number != now + 1; number++) {
		struct span other = space->recent[number % SPACE_RECENT];

		if (other.start < claim->end && claim->start < other.end)
			return true;
	}
	return false;
}

/* What kept the room below a stack free goes with the stack. */
static void drop_guards(struct space *space, uintptr_t start, uintptr_t end)
{
	struct tree *tree = &space->table->tree;
	struct entry entry;

	for (uintptr_t at = start - 1; at < end; at = entry.end) {
		if (!tree_entry(tree, tree_seek(tree, at), &entry) || entry.start >= end)
			return;
		if (entry.detail.kind == KIND_GUARD && !entry.detail.owner && entry.end >= start &&
		    tree_is_free(tree, entry.end, entry.end + 1) && pool_room(space))
			tree_clear(tree, entry.start, entry.end);
	}
}

static const struct detail nothing = { .kind = KIND_NONE };

/* Ends an exclusive claim's part. Marks are replaced by at most one entry, which
 * needs no room. */
static void settle_part(struct space *space, uint16_t number, uintptr_t start, uintptr_t end,
			const struct detail *detail)
{
	unmark(space, number, start, end);
	change(space, start, end, detail);
	if (detail->kind == KIND_NONE && space->guards)
		drop_guards(space, start, end);
}

static void put_off(struct space *space, const struct claim *claim, const struct detail *detail)
{
	struct deferred change = {
		.start = claim->start,
		.end = claim->end,
		.detail = *detail,
		.operation = claim->operation,
		.epoch = claim->epoch,
		.number = claim->number,
	};

	if (!deferred_add(&change))
		space_missed(space);
}

static void end_exclusive(struct space *space, const struct claim *claim,
			  const struct detail *detail)
{
	if (!space_lock_patiently(space)) {
		put_off(space, claim, detail);
		return;
	}
	settle_part(space, claim->number, claim->start, claim->end, detail);
	delist(space, claim);
	deferred_retry();
	space_unlock(space);
}

void claim_set(struct space *space, uintptr_t start, uintptr_t end, const struct detail *detail)
{
	struct claim claim = claim_none(space, start, end);

	if (!lock_unclaimed(space, start, end)) {
		put_off(space, &claim, detail);
		return;
	}
	change_if_room(space, start, end, detail);
	space_unlock(space);
}

/* Whether the mapping that was entered before it was made is certain to be in the table
 * still. A reading of the kernel's list meanwhile did not show it; and a call that had
 * a mapping there before may take it out with its own, or will do so, unless it finds
 * that it was entered once more. */
static bool is_still_entered(const struct space *space, const struct claim *claim)
{
	return claim->entered &&
	       __atomic_load_n(&space->epoch, __ATOMIC_ACQUIRE) == claim->epoch &&
	       __atomic_load_n(&space->table->operation, __ATOMIC_ACQUIRE) == claim->operation &&
	       __atomic_load_n(&space->in_flight, __ATOMIC_RELAXED) <= 1;
}

void claim_mapped(struct space *space, struct claim *claim, const struct detail *detail)
{
	if (claim->start >= claim->end)
		return;
	if (claim->number) {
		end_exclusive(space, claim, detail);
		return;
	}
	if (!is_still_entered(space, claim))
		claim_set(space, claim->start, claim->end, detail);
	if (claim->held)
		end_flight(space, claim);
}

/* Inside the lock. The kernel has nothing in the range now, or what another change
 * has put there since the claim began. */
static void take_out(struct space *space, const struct claim *claim)
{
	if (disturbed(space, claim)) {
		remember(space, claim->start, claim->end);
		sync_verify(space, claim->start, claim->end);
	} else {
		change_if_room(space, claim->start, claim->end, &nothing);
	}
	if (space->guards)
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
		space_unlock(space);
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
	if (!space_lock_patiently(space)) {
		put_off(space, claim, &(struct detail){ .kind = DEFERRED_KEPT });
		return;
	}
	unmark(space, claim->number, claim->start, claim->end);
	delist(space, claim);
	deferred_retry();
	space_unlock(space);
}

void claim_part(struct space *space, const struct claim *claim, uintptr_t start, uintptr_t end,
		const struct detail *detail)
{
	if (start >= end)
		return;
	if (!claim->number) {
		claim_set(space, start, end, detail);
		return;
	}
	if (!space_lock(space))
		return;
	if (pool_room(space))
		settle_part(space, claim->number, start, end, detail);
	space_unlock(space);
}

struct span claim_gap(struct space *space, const struct claim *claim, uintptr_t at)
{
	struct span found = { 0, 0 };
	struct entry entry;

	if (!claim->number || !space_lock(space))
		return found;
	for (; at < claim->end && next_claimed(&space->table->tree, at, claim->end, &entry);
	     at = entry.end)
		if (entry.detail.owner == claim->number &&
		    (entry.detail.kind == KIND_CLAIM || entry.detail.kind == KIND_GUARD)) {
			found = (struct span){ entry.start, entry.end };
			break;
		}
	space_unlock(space);
	return found;
}

/* Ends an exclusive claim late. */
static void apply_exclusive(struct space *space, const struct deferred *late)
{
	struct claim claim = { .number = late->number };

	if (late->detail.kind == DEFERRED_KEPT)
		unmark(space, late->number, late->start, late->end);
	else
		settle_part(space, late->number, late->start, late->end, &late->detail);
	delist(space, &claim);
}

/* Waits until no call in flight has the range. */
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
	if (next_claimed(&space->table->tree, late->start, late->end, &entry))
		return false;
	if (late->detail.kind == KIND_NONE)
		take_out(space, &claim);
	else if (disturbed(space, &claim))
		space_missed(space);
	else
		change_if_room(space, late->start, late->end, &late->detail);
	return true;
}

void claim_catch_up(struct space *space)
{
	deferred_each(space, apply);
}

/* The claim's holder is gone. Of what was free the kernel knows whether it has
 * been mapped by then; where it does not say, the range is not given to others. */
static void settle_free(struct space *space, const struct entry *dead)
{
	struct tree *tree = &space->table->tree;
	struct detail host = { .kind = KIND_HOST };
	struct obstacle_facts found;
	struct obstacle look = obstacle_begin(space, dead->start, dead->end);
	struct span piece;

	if (look.failed) {
		tree_set(tree, dead->start, dead->end, &host);
		return;
	}
	tree_clear(tree, dead->start, dead->end);
	while (obstacle_next(&look, &found)) {
		piece = span_cut(found.span, (struct span){ dead->start, dead->end });
		if (!obstacle_reserves(&found) && pool_room(space))
			tree_set(tree, piece.start, piece.end, &host);
	}
}

static void settle_dead(struct space *space, bool (*is_alive)(uint16_t number))
{
	struct tree *tree = &space->table->tree;
	struct entry dead;

	for (uintptr_t at = 0; next_claimed(tree, at, UINTPTR_MAX, &dead); at = dead.end) {
		if (is_alive(dead.detail.owner))
			continue;
		if (dead.detail.kind == KIND_CLAIM)
			settle_free(space, &dead);
		else
			unmark(space, dead.detail.owner, dead.start, dead.end);
	}
}

static bool is_mine(uint16_t number)
{
	return find_mine(number) != NULL;
}

void claim_adopt(struct space *space)
{
	if (space->claims == 0)
		return;
	settle_dead(space, is_mine);
	space->claims = 0;
	for (int i = 0; i < MINE; i++)
		space->claims += mine[i].number != 0;
}

/* Of another thread, or of this one in a call that goes on. */
static bool is_not_left(uint16_t number)
{
	const struct mine *slot = find_mine(number);

	return !slot || !frame_is_left(slot->call);
}

void claim_recover(struct space *space)
{
	settle_dead(space, is_not_left);
	for (int i = 0; i < MINE; i++)
		if (mine[i].number && frame_is_left(mine[i].call)) {
			mine[i].number = 0;
			space->claims--;
		}
}
