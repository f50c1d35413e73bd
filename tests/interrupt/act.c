/* SPDX-License-Identifier: MIT */
#include "act.h"

#include "block.h"

#define PAGES 3

/* The subject of the call, and the mapping right above it. */
static struct block subject, neighbour;
static void *answer;

static size_t length(size_t pages)
{
	return pages * page_size();
}

static void prepare_nothing(bool host)
{
	(void)host;
}

static void prepare_subject(bool host)
{
	subject = block_map(host, PAGES, "before the call");
}

/* The subject cannot grow in its place. */
static void prepare_neighbours(bool host)
{
	subject = block_map(host, 2 * PAGES, "before the call");
	neighbour = subject;
	subject.length = length(PAGES);
	neighbour.length = length(PAGES);
	neighbour.at += length(PAGES);
}

static void make_map(void)
{
	answer = map(length(PAGES));
}

static void make_replace(void)
{
	answer = mmap(subject.at, length(PAGES), RW, PRIVATE | MAP_FIXED, -1, 0);
}

static void make_unmap(void)
{
	answer = munmap(subject.at, length(PAGES)) ? MAP_FAILED : NULL;
}

static void make_growth(void)
{
	answer = mremap(subject.at, length(PAGES), length(PAGES + 1), MREMAP_MAYMOVE);
}

static void make_shrinking(void)
{
	answer = mremap(subject.at, length(PAGES), length(1), 0);
}

static void make_limit(void)
{
	answer = site_limit(SITE_OTHER) ? MAP_FAILED : NULL;
}

static void expect_new(bool host)
{
	subject = block_take(answer, length(PAGES), host, site_now(), "the interrupted mmap");
	block_unmap(&subject, "after the interrupted mmap");
}

static void expect_replaced(bool host)
{
	check(answer == subject.at);
	expect_new(host);
}

static void expect_gone(bool host)
{
	(void)host;
	check(answer != MAP_FAILED);
	check(!mapped_at((uintptr_t)subject.at) || fence_expected());
}

static void expect_grown(bool host)
{
	struct block more = { 0 };

	site_expect(site_now(), host, answer, length(PAGES + 1), "the interrupted mremap");
	subject.at = answer;
	block_check(&subject, "after the interrupted mremap");
	more = block_take(subject.at + length(PAGES), length(1), host, site_now(), "what has grown");
	block_unmap(&more, "what has grown");
	block_unmap(&subject, "after the interrupted mremap");
	act_expect_rest();
	if (neighbour.at)
		block_unmap(&neighbour, "beside the interrupted mremap");
}

static void expect_shrunk(bool host)
{
	(void)host;
	check(answer == subject.at);
	subject.length = length(1);
	block_unmap(&subject, "after the interrupted mremap");
}

static void expect_limit(bool host)
{
	(void)host;
	if (answer == MAP_FAILED)
		die("the interrupted prctl: %s", strerrorname_np(errno));
	check(site_now() == SITE_OTHER);
	check(site_limit(SITE_FIRST) == 0);
}

/* A reservation outside of every window here, with room for the handler's. */
#define RESERVED 0x500000000UL
#define RESERVED_PAGES 64

static void *map_reserved(void)
{
	return mmap_range((void *)RESERVED, (void *)(RESERVED + length(RESERVED_PAGES)),
			  length(PAGES), RW, PRIVATE, -1, 0);
}

static void prepare_reservation(bool host)
{
	(void)host;
	check(valimit_reserve((void *)RESERVED, (void *)(RESERVED + length(RESERVED_PAGES))) == 0);
}

static void prepare_reserved(bool host)
{
	prepare_reservation(host);
	subject = block_take(map_reserved(), length(PAGES), host, site_now(), "before the call");
}

static void make_map_reserved(void)
{
	answer = map_reserved();
}

static void make_reservation(void)
{
	uintptr_t end = RESERVED + length(RESERVED_PAGES);

	answer = valimit_reserve((void *)end, (void *)(end + length(PAGES))) ? MAP_FAILED : NULL;
}

/* A reservation is never empty. */
static void expect_filled(size_t pages)
{
	for (size_t i = 0; i < pages; i++)
		check(mapped_at(RESERVED + length(i)));
}

static void expect_new_reserved(bool host)
{
	expect_new(host);
	expect_filled(RESERVED_PAGES);
}

static void expect_free_reserved(bool host)
{
	(void)host;
	check(answer != MAP_FAILED);
	expect_filled(RESERVED_PAGES);
}

static void expect_reservation(bool host)
{
	uintptr_t end = RESERVED + length(RESERVED_PAGES);

	(void)host;
	check(answer != MAP_FAILED);
	expect_filled(RESERVED_PAGES + PAGES);
	check(valimit_release((void *)end, (void *)(end + length(PAGES))) == 0);
}

void act_expect_rest(void)
{
	if (neighbour.at)
		block_check(&neighbour, "beside the interrupted call");
}

#define BOTH(name, prepare, make, expect) \
	{ "host-" name, true, prepare, make, expect, false }, \
	{ "guest-" name, false, prepare, make, expect, false }

const struct act acts[] = {
	BOTH("map", prepare_nothing, make_map, expect_new),
	BOTH("replace", prepare_subject, make_replace, expect_replaced),
	BOTH("unmap", prepare_subject, make_unmap, expect_gone),
	BOTH("grow", prepare_subject, make_growth, expect_grown),
	BOTH("move", prepare_neighbours, make_growth, expect_grown),
	BOTH("shrink", prepare_subject, make_shrinking, expect_shrunk),
	{ "map-reserved", true, prepare_reservation, make_map_reserved, expect_new_reserved, false },
	{ "unmap-reserved", true, prepare_reserved, make_unmap, expect_free_reserved, false },
	{ "reserve", true, prepare_reservation, make_reservation, expect_reservation, false },
	{ "limits", false, prepare_nothing, make_limit, expect_limit, true },
	{ 0 }
};
