/* SPDX-License-Identifier: MIT */
/*
 * Memory that a thread holds, and its expected contents. Each page has a pattern of its own, or
 * is zero.
 */
#ifndef TESTS_KEEP_HOLD_H
#define TESTS_KEEP_HOLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HOLD_PAGES 64U

enum hold_kind { HOLD_PRIVATE, HOLD_SEGMENT, HOLD_HEAP };

struct hold {
	char *at;           /* NULL: nothing is held */
	unsigned int pages; /* 1 to HOLD_PAGES */
	uint64_t tag;       /* page i has the pattern of tag + i */
	uint64_t filled;    /* a bit a page: it has its pattern; else it is zero */
	uint64_t hidden;    /* a bit a page: it is PROT_NONE */
	enum hold_kind kind;
	bool host;  /* a host call mapped it */
	bool whole; /* one VMA: mremap may have it */
	/* Its thread is changing it. A child that was made meanwhile cannot know its
	 * contents. */
	bool busy;
};

/* The bits of pages [from, to). */
static inline uint64_t hold_bits(unsigned int from, unsigned int to)
{
	return (to == 64 ? 0 : 1UL << to) - (from == 64 ? 0 : 1UL << from);
}

/* A tag that no other hold has. */
uint64_t hold_tag(unsigned int thread, uint64_t serial);

/* Counts wrong contents as lost; once a hold. */
void hold_check(const struct hold *hold, const char *when);

/* Writes the patterns of pages [from, to), which can be written. */
void hold_fill(struct hold *hold, unsigned int from, unsigned int to);

/* Checks pages [from, to), which have just come, and fills them. */
void hold_arrive(struct hold *hold, unsigned int from, unsigned int to, const char *how);

/* Pages [from, pages) of a hold, as one of their own; they are still in `hold`. */
struct hold hold_rest(const struct hold *hold, unsigned int from);

/* Leaves the first pages only. */
void hold_cut(struct hold *hold, unsigned int pages);

/* Stores the hold, but not whether it is busy. */
void hold_set(struct hold *hold, struct hold value);

void hold_busy(struct hold *hold, bool busy);
bool hold_is_busy(const struct hold *hold);

#endif
