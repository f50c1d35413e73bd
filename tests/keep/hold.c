/* SPDX-License-Identifier: MIT */
#include "hold.h"

#include "keep.h"

/* A tag is a thread, a serial number and a page; a word's place in its page is
 * added to that. */
#define PAGE_BITS   8
#define SERIAL_BITS 24
#define WORD_BITS   16

uint64_t hold_tag(unsigned int thread, uint64_t serial)
{
	serial &= (1UL << SERIAL_BITS) - 1;
	return ((uint64_t)thread + 1) << SERIAL_BITS << PAGE_BITS | serial << PAGE_BITS;
}

/* The pattern of a page: of most pages the first word only. */
static uint64_t word_of(uint64_t page, size_t word)
{
	return page << WORD_BITS | word;
}

static size_t words_of(uint64_t page)
{
	return page * 0x9e3779b97f4a7c15UL >> 60 ? 1 : page_size() / sizeof(uint64_t);
}

static uint64_t *page_at(const struct hold *hold, unsigned int i)
{
	return (uint64_t *)(hold->at + i * page_size());
}

static bool page_check(const struct hold *hold, unsigned int i, const char *when)
{
	const volatile uint64_t *at = page_at(hold, i);
	uint64_t page = hold->tag + i;
	bool filled = hold->filled >> i & 1;

	for (size_t word = 0; word < words_of(page); word++) {
		uint64_t want = filled ? word_of(page, word) : 0, found = at[word];

		if (found == want)
			continue;
		report(&counters.lost, "lost: %s: page %u of %u at %p of a %s has 0x%lx, not 0x%lx",
		       when, i, hold->pages, (void *)hold->at, hold->host ? "host" : "guest", found,
		       want);
		return false;
	}
	return true;
}

void hold_check(const struct hold *hold, const char *when)
{
	for (unsigned int i = 0; i < hold->pages; i++)
		if (!(hold->hidden >> i & 1) && !page_check(hold, i, when))
			return;
}

void hold_fill(struct hold *hold, unsigned int from, unsigned int to)
{
	for (unsigned int i = from; i < to; i++)
		for (size_t word = 0; word < words_of(hold->tag + i); word++)
			page_at(hold, i)[word] = word_of(hold->tag + i, word);
	hold->filled |= hold_bits(from, to);
}

void hold_arrive(struct hold *hold, unsigned int from, unsigned int to, const char *how)
{
	hold->filled &= ~hold_bits(from, to);
	for (unsigned int i = from; i < to; i++)
		if (!page_check(hold, i, how))
			break;
	hold_fill(hold, from, to);
}

struct hold hold_rest(const struct hold *hold, unsigned int from)
{
	struct hold rest = *hold;

	rest.at += from * page_size();
	rest.pages -= from;
	rest.tag += from;
	rest.filled >>= from;
	rest.hidden >>= from;
	return rest;
}

void hold_cut(struct hold *hold, unsigned int pages)
{
	hold->pages = pages;
	hold->filled &= hold_bits(0, pages);
	hold->hidden &= hold_bits(0, pages);
}

void hold_set(struct hold *hold, struct hold value)
{
	value.busy = hold->busy;
	*hold = value;
}

void hold_busy(struct hold *hold, bool busy)
{
	__atomic_store_n(&hold->busy, busy, __ATOMIC_SEQ_CST);
}

bool hold_is_busy(const struct hold *hold)
{
	return __atomic_load_n(&hold->busy, __ATOMIC_SEQ_CST);
}
