/* SPDX-License-Identifier: MIT */
/* The ways in which memory that is there changes, moves and goes. */
#include "keep.h"
#include "keeper.h"
#include "site.h"

#include <malloc.h>
#include <sys/shm.h>

#define RW      (PROT_READ | PROT_WRITE)
#define PRIVATE (MAP_PRIVATE | MAP_ANONYMOUS)

/* Pages [from, to) of a hold. */
struct part {
	unsigned int from, to;
	char *at;
	size_t length;
};

static struct part part_of(const struct hold *hold, unsigned int from, unsigned int to)
{
	return (struct part){ from, to, hold->at + from * page_size(), (to - from) * page_size() };
}

static struct part all_of(const struct hold *hold)
{
	return part_of(hold, 0, hold->pages);
}

static struct part some_part(struct keeper *keeper, const struct hold *hold)
{
	unsigned int from = roll(&keeper->dice, hold->pages);

	return part_of(hold, from, from + 1 + roll(&keeper->dice, hold->pages - from));
}

void keeper_give_up(struct keeper *keeper, struct hold *hold)
{
	struct hold old = *hold;

	hold->at = NULL;
	if (old.kind == HOLD_HEAP) {
		keeper->can_jump = false;
		free(old.at);
	} else if (old.kind == HOLD_SEGMENT ? shmdt(old.at) :
					      munmap(old.at, old.pages * page_size())) {
		keeper_failed(keeper, false, old.kind == HOLD_SEGMENT ? "shmdt" : "munmap");
	}
}

/* The beginning, the end, or a part between, which leaves two holds. */
static void unmap_part(struct keeper *keeper, struct hold *hold)
{
	struct part part = some_part(keeper, hold);
	struct hold *second = NULL, rest;

	if (part.from && part.to < hold->pages && !(second = keeper_empty(keeper)))
		return;
	if (munmap(part.at, part.length)) {
		keeper_failed(keeper, false, "munmap of a part");
		return;
	}
	if (part.to < hold->pages) {
		rest = hold_rest(hold, part.to);
		if (part.from)
			hold_set(second, rest);
		else
			hold_set(hold, rest);
	} else if (part.from == 0) {
		hold->at = NULL;
	}
	if (part.from)
		hold_cut(hold, part.from);
}

/* Where memory moved or grew: limits that changed since it came may have left it
 * on the wrong side, where it stays as long as it does not move. */
static void expect_moved_well(const struct hold *hold, const void *at, unsigned int pages,
			      unsigned int moment, const char *call)
{
	if ((at != hold->at || !site_changes()) &&
	    !site_is_right(moment, hold->host, at, pages * page_size()))
		report(&counters.astray, "astray: %s of a %s at %p answers %p", call,
		       hold->host ? "host" : "guest", (void *)hold->at, at);
}

static bool can_move(const struct hold *hold)
{
	return hold->whole && !hold->hidden;
}

static void resize_by(struct keeper *keeper, struct hold *hold, int flags, const char *call)
{
	unsigned int pages = 1 + roll(&keeper->dice, roll(&keeper->dice, 8) ? 8 : HOLD_PAGES);
	unsigned int before = hold->pages, moment = site_moment();
	char *at;

	if (!can_move(hold))
		return;
	at = mremap(hold->at, before * page_size(), pages * page_size(), flags);
	if (at == MAP_FAILED) {
		/* In place it may be in another's way. */
		if (errno != ENOMEM || flags & MREMAP_MAYMOVE)
			keeper_failed(keeper, hold->host, call);
		return;
	}
	if (at != hold->at && (pages <= before || !(flags & MREMAP_MAYMOVE)))
		report(&counters.astray, "astray: %s from %u to %u pages at %p answers %p", call,
		       before, pages, (void *)hold->at, (void *)at);
	expect_moved_well(hold, at, pages, moment, call);
	hold->at = at;
	if (pages < before) {
		hold_cut(hold, pages);
	} else {
		hold->pages = pages;
		hold_arrive(hold, before, pages, call);
	}
	hold_check(hold, call);
}

static void resize(struct keeper *keeper, struct hold *hold)
{
	resize_by(keeper, hold, MREMAP_MAYMOVE, "mremap");
}

static void resize_in_place(struct keeper *keeper, struct hold *hold)
{
	resize_by(keeper, hold, 0, "mremap in place");
}

/* New memory over a part of its own. */
static void replace(struct keeper *keeper, struct hold *hold)
{
	struct part part = some_part(keeper, hold);
	char *at = mmap(part.at, part.length, RW, PRIVATE | MAP_FIXED, -1, 0);

	if (at != part.at) {
		keeper_failed(keeper, hold->host, "mmap with MAP_FIXED");
		return;
	}
	hold->whole = false;
	hold->hidden &= ~hold_bits(part.from, part.to);
	hold_arrive(hold, part.from, part.to, "mmap with MAP_FIXED");
}

static struct hold *another(struct keeper *keeper, const struct hold *hold)
{
	for (unsigned int i = 0; i < SLOTS; i++) {
		struct hold *other = &keeper->slot[i];

		if (other != hold && other->at && other->kind == HOLD_PRIVATE &&
		    other->host == hold->host && other->pages >= hold->pages) {
			keeper_take(keeper, other);
			return other;
		}
	}
	return NULL;
}

/* Over the beginning of another of its holds. The rest of that takes the slot that becomes
 * free. */
static void move_onto(struct keeper *keeper, struct hold *hold)
{
	struct hold *other = can_move(hold) ? another(keeper, hold) : NULL;
	size_t length = hold->pages * page_size();
	struct hold moved = *hold, rest;

	if (!other)
		return;
	hold_check(other, "before another moves onto it");
	moved.at = mremap(hold->at, length, length, MREMAP_MAYMOVE | MREMAP_FIXED, other->at);
	if (moved.at != other->at) {
		keeper_failed(keeper, hold->host, "mremap with MREMAP_FIXED");
		return;
	}
	rest = hold_rest(other, hold->pages < other->pages ? hold->pages : 0);
	if (hold->pages == other->pages)
		rest.at = NULL;
	hold_set(hold, rest);
	hold_set(other, moved);
	hold_check(other, "mremap with MREMAP_FIXED");
	if (hold->at)
		hold_check(hold, "mremap with MREMAP_FIXED, what is left");
}

static void move_away(struct keeper *keeper, struct hold *hold)
{
	size_t length = hold->pages * page_size();
	struct hold *second = can_move(hold) ? keeper_empty(keeper) : NULL, moved = *hold;
	unsigned int moment = site_moment();

	if (!second)
		return;
	moved.at = mremap(hold->at, length, length, MREMAP_MAYMOVE | MREMAP_DONTUNMAP, NULL);
	if (moved.at == MAP_FAILED) {
		keeper_failed(keeper, hold->host, "mremap with MREMAP_DONTUNMAP");
		return;
	}
	expect_moved_well(hold, moved.at, hold->pages, moment, "mremap with MREMAP_DONTUNMAP");
	hold_set(second, moved);
	hold_check(second, "mremap with MREMAP_DONTUNMAP");
	hold->tag = hold_tag(keeper->number, ++keeper->serial);
	hold_arrive(hold, 0, hold->pages, "what MREMAP_DONTUNMAP leaves");
}

static void hide(struct keeper *keeper, struct hold *hold)
{
	struct part part = roll(&keeper->dice, 2) ? some_part(keeper, hold) : all_of(hold);

	if (mprotect(part.at, part.length, PROT_NONE)) {
		keeper_failed(keeper, false, "mprotect");
		return;
	}
	if (part.length != hold->pages * page_size())
		hold->whole = false;
	hold->hidden |= hold_bits(part.from, part.to);
}

/* Hidden memory is unchanged; memory that was only reserved is zero and is filled. */
static void show(struct keeper *keeper, struct hold *hold)
{
	struct part part = roll(&keeper->dice, 2) ? some_part(keeper, hold) : all_of(hold);

	if (mprotect(part.at, part.length, RW)) {
		keeper_failed(keeper, false, "mprotect");
		return;
	}
	if (part.length != hold->pages * page_size())
		hold->whole = false;
	hold->hidden &= ~hold_bits(part.from, part.to);
	hold_check(hold, "mprotect");
	hold_fill(hold, part.from, part.to);
}

static void forget(struct keeper *keeper, struct hold *hold)
{
	struct part part = some_part(keeper, hold);

	if (madvise(part.at, part.length, MADV_DONTNEED)) {
		keeper_failed(keeper, false, "madvise");
		return;
	}
	hold->filled &= ~hold_bits(part.from, part.to);
	hold_check(hold, "MADV_DONTNEED");
}

static void reallocate(struct keeper *keeper, struct hold *hold)
{
	unsigned int pages = 1 + roll(&keeper->dice, HOLD_PAGES), before = hold->pages;
	char *at = realloc(hold->at, pages * page_size());

	if (!at) {
		keeper_failed(keeper, false, "realloc");
		return;
	}
	hold->at = at;
	hold->pages = pages;
	if (pages < before)
		hold_cut(hold, pages);
	else
		hold_fill(hold, before, pages);
	hold_check(hold, "realloc");
}

static void trim(struct keeper *keeper, struct hold *hold)
{
	(void)keeper;
	malloc_trim(0);
	hold_check(hold, "malloc_trim");
}

/* Gives its hold to another thread and takes the one that this leaves. */
static void exchange(struct keeper *keeper, struct hold *hold)
{
	static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
	static struct hold place[4];
	struct hold *there = &place[roll(&keeper->dice, 4)], mine = *hold;

	pthread_mutex_lock(&mutex);
	hold_set(hold, *there);
	hold_set(there, mine);
	pthread_mutex_unlock(&mutex);
	if (hold->at)
		hold_check(hold, "from another thread");
}

#define ON(kind) (1U << (kind))

static const struct change {
	void (*make)(struct keeper *keeper, struct hold *hold);
	unsigned int weight;
	unsigned int kinds;
	bool needs_libc;
} changes[] = {
	{ unmap_part, 4, ON(HOLD_PRIVATE), false },
	{ resize, 6, ON(HOLD_PRIVATE), false },
	{ resize_in_place, 1, ON(HOLD_PRIVATE), false },
	{ replace, 3, ON(HOLD_PRIVATE), false },
	{ move_onto, 2, ON(HOLD_PRIVATE), false },
	{ move_away, 2, ON(HOLD_PRIVATE), false },
	{ hide, 2, ON(HOLD_PRIVATE), false },
	{ show, 4, ON(HOLD_PRIVATE), false },
	{ forget, 3, ON(HOLD_PRIVATE), false },
	{ reallocate, 3, ON(HOLD_HEAP), true },
	{ trim, 1, ON(HOLD_HEAP), true },
	{ exchange, 2, ON(HOLD_PRIVATE) | ON(HOLD_SEGMENT), true },
	{ keeper_give_up, 12, ON(HOLD_PRIVATE) | ON(HOLD_SEGMENT) | ON(HOLD_HEAP), false },
};

static const struct change *some_change(struct keeper *keeper)
{
	unsigned int sum = 0, dice;
	size_t i = 0;

	for (size_t j = 0; j < sizeof(changes) / sizeof(*changes); j++)
		sum += changes[j].weight;
	dice = roll(&keeper->dice, sum);
	while (dice >= changes[i].weight)
		dice -= changes[i++].weight;
	return &changes[i];
}

void keeper_change(struct keeper *keeper, struct hold *hold)
{
	const struct change *change = some_change(keeper);
	unsigned int depth = scope_begin(hold->host);

	hold_check(hold, "at a visit");
	if (change->kinds & ON(hold->kind) && !(change->needs_libc && keeper->no_libc)) {
		keeper->can_jump = !change->needs_libc;
		change->make(keeper, hold);
		keeper->can_jump = false;
	}
	scope_end(depth);
}
