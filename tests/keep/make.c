/* SPDX-License-Identifier: MIT */
/* The ways in which new memory comes. */
#include "keep.h"
#include "keeper.h"
#include "site.h"

#include <sys/shm.h>

#define RW      (PROT_READ | PROT_WRITE)
#define PRIVATE (MAP_PRIVATE | MAP_ANONYMOUS)

static size_t length_of(const struct hold *hold)
{
	return hold->pages * page_size();
}

/* Somewhere that threads of this kind fight for; 0 where there is no such place. */
static uintptr_t some_place(struct keeper *keeper, const struct hold *new)
{
	struct region region = site_region(new->host);
	size_t pages = (region.end - region.start) / page_size();

	if (pages <= HOLD_PAGES)
		return 0;
	return region.start + roll(&keeper->dice, (unsigned int)(pages - HOLD_PAGES)) * page_size();
}

static void *map_anywhere(struct keeper *keeper, struct hold *new)
{
	int flags = roll(&keeper->dice, 2) ? PRIVATE : PRIVATE | MAP_NORESERVE;

	return mmap(NULL, length_of(new), RW, flags, -1, 0);
}

static void *map_near_hint(struct keeper *keeper, struct hold *new)
{
	return mmap((void *)some_place(keeper, new), length_of(new), RW, PRIVATE, -1, 0);
}

static void *map_if_free(struct keeper *keeper, struct hold *new)
{
	void *place = (void *)some_place(keeper, new);
	void *at;

	if (!place)
		return map_anywhere(keeper, new);
	at = mmap(place, length_of(new), RW, PRIVATE | MAP_FIXED_NOREPLACE, -1, 0);
	if (at != MAP_FAILED && at != place)
		report(&counters.astray, "astray: MAP_FIXED_NOREPLACE at %p answers %p", place, at);
	return at;
}

static void expect_in_region(struct region region, const void *at, size_t length, const char *call)
{
	if (at != MAP_FAILED &&
	    ((uintptr_t)at < region.start || (uintptr_t)at + length > region.end))
		report(&counters.astray, "astray: %s in 0x%lx-0x%lx answers %p", call, region.start,
		       region.end, at);
}

static void *map_in_range(struct keeper *keeper, struct hold *new)
{
	struct region region = site_region(new->host);
	void *at;

	if (region.start == region.end)
		return map_anywhere(keeper, new);
	at = mmap_range((void *)region.start, (void *)region.end, length_of(new), RW, PRIVATE, -1,
			0);
	expect_in_region(region, at, length_of(new), "mmap_range");
	return at;
}

/* Looks like the fence does, and becomes memory later. */
static void *reserve(struct keeper *keeper, struct hold *new)
{
	int flags = roll(&keeper->dice, 2) ? PRIVATE : PRIVATE | MAP_NORESERVE;

	new->hidden = hold_bits(0, new->pages);
	return mmap(NULL, length_of(new), PROT_NONE, flags, -1, 0);
}

static void *attach(struct keeper *keeper, struct hold *new)
{
	int id = shmget(IPC_PRIVATE, length_of(new), 0600);
	struct region region = site_region(new->host);
	void *at;

	if (id < 0)
		return MAP_FAILED;
	new->kind = HOLD_SEGMENT;
	if (region.start < region.end && roll(&keeper->dice, 3) == 0) {
		at = shmat_range(id, (void *)region.start, (void *)region.end, 0);
		expect_in_region(region, at, length_of(new), "shmat_range");
	} else {
		at = shmat(id, NULL, 0);
	}
	int saved = errno;

	shmctl(id, IPC_RMID, NULL);
	errno = saved;
	return at;
}

static void *allocate(struct keeper *keeper, struct hold *new)
{
	void *at = keeper->no_libc ? NULL : malloc(length_of(new));

	new->kind = HOLD_HEAP;
	return at ? at : MAP_FAILED;
}

static const struct maker {
	void *(*make)(struct keeper *keeper, struct hold *new);
	unsigned int weight;
	const char *name;
	bool needs_libc;
} makers[] = {
	{ map_anywhere, 8, "mmap", false },
	{ map_near_hint, 4, "mmap with a hint", false },
	{ map_if_free, 3, "mmap with MAP_FIXED_NOREPLACE", false },
	{ map_in_range, 3, "mmap_range", false },
	{ reserve, 3, "mmap of PROT_NONE", false },
	{ attach, 1, "shmat", false },
	{ allocate, 3, "malloc", true },
};

static const struct maker *some_maker(struct keeper *keeper)
{
	unsigned int sum = 0, dice;
	size_t i = 0;

	for (size_t j = 0; j < sizeof(makers) / sizeof(*makers); j++)
		sum += makers[j].weight;
	dice = roll(&keeper->dice, sum);
	while (dice >= makers[i].weight)
		dice -= makers[i++].weight;
	return makers[i].needs_libc && keeper->no_libc ? &makers[0] : &makers[i];
}

static void expect_site(const struct hold *new, unsigned int moment, const char *call)
{
	if (!site_is_right(moment, new->host, new->at, length_of(new)))
		report(&counters.astray, "astray: %s of a %s answers %p", call,
		       new->host ? "host" : "guest", (void *)new->at);
}

void keeper_make(struct keeper *keeper, struct hold *hold)
{
	const struct maker *maker = some_maker(keeper);
	struct hold new = {
		.pages = 1 + roll(&keeper->dice, roll(&keeper->dice, 8) ? 4 : HOLD_PAGES / 2),
		.tag = hold_tag(keeper->number, ++keeper->serial),
		.host = roll(&keeper->dice, 8) ? keeper->host : !keeper->host,
		.whole = true,
	};
	unsigned int depth = scope_begin(new.host), moment = site_moment();

	keeper->can_jump = !maker->needs_libc;
	new.at = maker->make(keeper, &new);
	keeper->can_jump = false;
	scope_end(depth);
	if (new.at == MAP_FAILED) {
		keeper_failed(keeper, new.host, maker->name);
		return;
	}
	if (new.kind != HOLD_HEAP)
		expect_site(&new, moment, maker->name);
	hold_set(hold, new);
	if (new.kind == HOLD_HEAP)
		hold_fill(hold, 0, new.pages);
	else if (!new.hidden)
		hold_arrive(hold, 0, new.pages, maker->name);
}
