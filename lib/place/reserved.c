/* SPDX-License-Identifier: MIT */
#include "reserved.h"

#include "core/size.h"
#include "table/held.h"

static bool is_free(const struct entry *entry)
{
	return entry->info.kind == KIND_RESERVED && entry->info.owner == 0;
}

bool reserved_free(const struct space *space, uintptr_t start, uintptr_t end)
{
	struct entry entry;

	return reserved_any(space, start, end) && tree_find(&space->table->tree, start, &entry) &&
	       is_free(&entry) && entry.end >= end;
}

struct reserved_search {
	const struct tree *tree;
	size_t length, align;
};

static uintptr_t lowest_in(const struct reserved_search *search, struct span free)
{
	uintptr_t at = round_up(free.start, search->align);

	return at >= free.start && at < free.end && free.end - at >= search->length ? at : 0;
}

static uintptr_t highest_in(const struct reserved_search *search, struct span free)
{
	uintptr_t at;

	if (span_empty(free) || free.end - free.start < search->length)
		return 0;
	at = (free.end - search->length) & ~(search->align - 1);
	return at >= free.start ? at : 0;
}

static uintptr_t lowest(const struct reserved_search *search, struct span span)
{
	uintptr_t at = 0;
	struct entry entry;

	for (struct cursor cursor = tree_seek(search->tree, span.start);
	     !at && tree_entry(search->tree, cursor, &entry) && entry.start < span.end;
	     cursor = tree_next(search->tree, cursor))
		if (is_free(&entry))
			at = lowest_in(search, span_cut((struct span){ entry.start, entry.end }, span));
	return at;
}

/* The highest free place. The stack and the vDSO lie above all reservations, so the tree
 * has an entry from which to go back. */
static uintptr_t highest(const struct reserved_search *search, struct span span)
{
	struct cursor cursor = tree_seek(search->tree, span.end - 1);
	uintptr_t at = 0;
	struct entry entry;

	if (!tree_entry(search->tree, cursor, &entry))
		return lowest(search, span);
	for (; !at && tree_entry(search->tree, cursor, &entry) && entry.end > span.start;
	     cursor = tree_previous(search->tree, cursor))
		if (is_free(&entry))
			at = highest_in(search, span_cut((struct span){ entry.start, entry.end }, span));
	return at;
}

/* Searches from the base on, then in all of the span. */
static uintptr_t in_span(const struct reserved_search *search, struct span span, uintptr_t base,
			 bool up)
{
	uintptr_t at = 0;
	struct span before = span;

	if (base > span.start && base < span.end) {
		*(up ? &before.start : &before.end) = base;
		at = up ? lowest(search, before) : highest(search, before);
	}
	if (at)
		return at;
	return up ? lowest(search, span) : highest(search, span);
}

static uintptr_t in_spans(const struct reserved_search *search, const struct spans *spans,
			  struct policy *policy, uintptr_t base)
{
	bool up = policy->place != PLACE_TOPDOWN;
	uintptr_t at = 0;

	for (int i = 0; !at && i < spans->count; i++) {
		struct span span = spans->at[up ? spans->count - 1 - i : i];

		if (policy->place == PLACE_RANDOM)
			base = span.start + policy_random(policy) % (span.end - span.start);
		at = in_span(search, span, base, up);
	}
	return at;
}

uintptr_t reserved_find(const struct space *space, struct policy *policy,
			const struct reserved_want *want)
{
	struct reserved_search search = { &space->table->tree, want->length, want->huge };
	uintptr_t at = 0;

	if (want->huge > want->align)
		at = in_spans(&search, &want->spans, policy, want->base);
	search.align = want->align > policy->align ? want->align : policy->align;
	return at ? at : in_spans(&search, &want->spans, policy, want->base);
}
