/* SPDX-License-Identifier: MIT */
#include "record.h"

#include "foreign.h"
#include "pool.h"

/*
 * A handler that interrupts the table's holder cannot have it; the holder, its
 * own thread, records for it at the end of the section. Handlers nest, so a
 * place in the queue is taken before it is filled; only this thread reads it.
 */
#define QUEUE_SIZE 8

struct deferred {
	uintptr_t start, end;
	struct detail detail;
	bool ready;
};

static __thread struct deferred queue[QUEUE_SIZE];
static __thread uint32_t queued;

static void defer(struct space *space, uintptr_t start, uintptr_t end, const struct detail *detail)
{
	uint32_t place = __atomic_fetch_add(&queued, 1, __ATOMIC_RELAXED);

	if (place >= QUEUE_SIZE) {
		space_missed(space);
		return;
	}
	queue[place].start = start;
	queue[place].end = end;
	queue[place].detail = *detail;
	__atomic_store_n(&queue[place].ready, true, __ATOMIC_RELEASE);
}

bool record_waiting(void)
{
	return __atomic_load_n(&queued, __ATOMIC_RELAXED) > 0;
}

/* The latest changes, by number: where somebody else's change lies among those
 * that came after a ticket, it is found here. */
static void remember(struct space *space, uintptr_t start, uintptr_t end)
{
	uint32_t number = space->table->operation + 1;

	space->recent[number % SPACE_RECENT] = (struct span){ start, end };
	__atomic_store_n(&space->table->operation, number, __ATOMIC_RELEASE);
}

static void change(struct space *space, uintptr_t start, uintptr_t end, const struct detail *detail)
{
	struct tree *tree = &space->table->tree;

	remember(space, start, end);
	if (!pool_room(space)) {
		space_missed(space);
		return;
	}
	if (detail->kind == KIND_NONE) {
		tree_clear(tree, start, end);
		return;
	}

	struct detail numbered = *detail;

	if (space->direct && !space_outside(space, start, end - start))
		__atomic_store_n(&space->placed_inside, true, __ATOMIC_RELAXED);
	numbered.when = space->table->operation;
	if (detail->flags & ENTRY_SHM && detail->attached == 0)
		numbered.attached = numbered.when;
	tree_set(tree, start, end, &numbered);
}

void record_catch_up(struct space *space)
{
	if (!record_waiting())
		return;
	for (uint32_t i = 0; i < QUEUE_SIZE; i++) {
		if (!__atomic_load_n(&queue[i].ready, __ATOMIC_ACQUIRE))
			continue;
		change(space, queue[i].start, queue[i].end, &queue[i].detail);
		queue[i].ready = false;
	}
	__atomic_store_n(&queued, 0, __ATOMIC_RELAXED);
}

void record_set(struct space *space, uintptr_t start, uintptr_t end, const struct detail *detail)
{
	if (!space_lock(space)) {
		defer(space, start, end, detail);
		return;
	}
	change(space, start, end, detail);
	space_unlock(space);
}

struct detail record_of(struct space *space, uintptr_t address)
{
	struct entry entry = { .detail.kind = KIND_NONE };

	if (!space_lock(space))
		return entry.detail;
	if (!tree_find(&space->table->tree, address, &entry))
		entry.detail = (struct detail){ .kind = KIND_NONE };
	else if (entry.detail.flags & ENTRY_SHM)
		entry.detail.page += (uint32_t)((address - entry.start) >> 12);
	space_unlock(space);
	return entry.detail;
}

bool record_free(struct space *space, uintptr_t start, uintptr_t end)
{
	if (!space_lock(space))
		return false;

	bool free = tree_is_free(&space->table->tree, start, end);

	space_unlock(space);
	return free;
}

bool record_vacant(struct space *space, uintptr_t start, uintptr_t end)
{
	const struct tree *tree = &space->table->tree;
	struct entry entry;
	bool vacant = true;

	if (!space_lock(space))
		return false;
	for (uintptr_t at = start; vacant && tree_entry(tree, tree_seek(tree, at), &entry) &&
				   entry.start < end;
	     at = entry.end)
		vacant = entry.detail.kind == KIND_GUARD;
	space_unlock(space);
	return vacant;
}

bool record_covered(struct space *space, uintptr_t start, size_t length)
{
	uintptr_t at = start;
	struct entry entry;

	if (!space_lock(space))
		return false;
	while (at - start < length && tree_find(&space->table->tree, at, &entry) &&
	       entry.detail.kind != KIND_GUARD)
		at = entry.end;
	space_unlock(space);
	return at - start >= length;
}

static void begin(struct space *space)
{
	__atomic_fetch_add(&space->in_flight, 1, __ATOMIC_RELAXED);
}

static void end_flight(struct space *space, const struct ticket *ticket)
{
	/* A child forgets what was in flight in its parent. */
	if (__atomic_load_n(&space->epoch, __ATOMIC_RELAXED) == ticket->epoch ||
	    __atomic_load_n(&space->in_flight, __ATOMIC_RELAXED) > 0)
		__atomic_fetch_sub(&space->in_flight, 1, __ATOMIC_RELAXED);
}

/* Whether anybody recorded a change in the range after the ticket. */
static bool disturbed(const struct space *space, const struct ticket *ticket, uintptr_t start,
		      uintptr_t end)
{
	uint32_t now = space->table->operation;

	if (space->epoch != ticket->epoch || now - ticket->operation > SPACE_RECENT)
		return true;
	for (uint32_t number = ticket->operation + 1; number != now + 1; number++) {
		struct span other = space->recent[number % SPACE_RECENT];

		if (other.start < end && start < other.end)
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
		if (entry.detail.kind == KIND_GUARD && entry.end >= start &&
		    tree_is_free(tree, entry.end, entry.end + 1) && pool_room(space))
			tree_clear(tree, entry.start, entry.end);
	}
}

struct ticket record_begin(struct space *space)
{
	begin(space);
	return (struct ticket){
		.operation = __atomic_load_n(&space->table->operation, __ATOMIC_ACQUIRE),
		.epoch = __atomic_load_n(&space->epoch, __ATOMIC_ACQUIRE),
	};
}

/* [start, end) was unmapped by the holder of the ticket. */
static void take_out(struct space *space, const struct ticket *ticket, uintptr_t start,
		     uintptr_t end)
{
	if (disturbed(space, ticket, start, end)) {
		remember(space, start, end);
		foreign_verify(space, start, end);
	} else {
		change(space, start, end, &(struct detail){ .kind = KIND_NONE });
	}
	if (space->guards)
		drop_guards(space, start, end);
}

void record_gone(struct space *space, struct ticket ticket, uintptr_t start, uintptr_t end)
{
	if (start < end) {
		if (space_lock(space)) {
			take_out(space, &ticket, start, end);
			space_unlock(space);
		} else {
			defer(space, start, end, &(struct detail){ .kind = KIND_NONE });
		}
	}
	end_flight(space, &ticket);
}

struct ticket record_claim(struct space *space, uintptr_t start, uintptr_t end,
			   const struct detail *detail)
{
	begin(space);
	change(space, start, end, detail);
	return (struct ticket){
		.operation = space->table->operation,
		.epoch = space->epoch,
		.tabled = true,
	};
}

struct ticket record_try_claim(struct space *space, uintptr_t start, uintptr_t end,
			       const struct detail *detail)
{
	struct ticket ticket = { .tabled = false };

	if (!space_lock(space))
		return ticket;
	if (tree_is_free(&space->table->tree, start, end))
		ticket = record_claim(space, start, end, detail);
	space_unlock(space);
	return ticket;
}

void record_claimed(struct space *space, struct ticket ticket, uintptr_t start, uintptr_t end,
		    const struct detail *detail, bool mapped)
{
	if (!ticket.tabled) {
		if (mapped)
			record_set(space, start, end, detail);
		return;
	}
	if (!mapped) {
		record_gone(space, ticket, start, end);
		return;
	}
	/* Who read the kernel's list meanwhile did not see this mapping in it. */
	if (__atomic_load_n(&space->epoch, __ATOMIC_ACQUIRE) != ticket.epoch)
		record_set(space, start, end, detail);
	end_flight(space, &ticket);
}
