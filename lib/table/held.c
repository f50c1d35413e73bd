/* SPDX-License-Identifier: MIT */
#include "held.h"

/* External definitions for files in which the compiler does not inline these functions. */
extern inline bool reserved_any(const struct space *space, uintptr_t start, uintptr_t end);
extern inline bool held_none(const struct space *space);
extern inline bool held_any(const struct space *space, uintptr_t start, uintptr_t end);

/* The first reservation that ends above `at`; where there is none, an empty span at
 * UINTPTR_MAX. */
static struct span next_reserved(const struct space *space, uintptr_t at)
{
	for (;;) {
		uint32_t version = __atomic_load_n(&space->reserves, __ATOMIC_ACQUIRE);
		const struct reserves *list = &space->reserve[version & 1];
		struct span found = { UINTPTR_MAX, UINTPTR_MAX };
		uint32_t i = 0;

		while (i < list->count && list->at[i].end <= at)
			i++;
		if (i < list->count)
			found = list->at[i];
		/* Seqlock: if the list has changed meanwhile, read again. */
		__atomic_thread_fence(__ATOMIC_ACQUIRE);
		if (__atomic_load_n(&space->reserves, __ATOMIC_RELAXED) == version)
			return found;
	}
}

bool reserved_touch(const struct space *space, uintptr_t start, uintptr_t end)
{
	return start < end && next_reserved(space, start).start < end;
}

bool reserved_all(const struct space *space, uintptr_t start, uintptr_t end)
{
	struct span found = next_reserved(space, start);

	return found.start <= start && found.end >= end;
}

struct span reserved_first(const struct space *space, struct span span)
{
	return span_cut(next_reserved(space, span.start), span);
}

static bool add(struct reserves *list, struct span span)
{
	if (span_empty(span))
		return true;
	if (list->count == RESERVES_MAX)
		return false;
	list->at[list->count++] = span;
	return true;
}

bool held_there(const struct space *space, uintptr_t start, uintptr_t end)
{
	return (space_fenced(space) && !space_inside(space, start, end - start)) ||
	       reserved_any(space, start, end);
}

/* Keeps the list in ascending order, and merges neighbours. */
bool reserved_set(struct space *space, struct span span, bool reserve)
{
	const struct reserves *old = &space->reserve[space->reserves & 1];
	struct reserves *new = &space->reserve[(space->reserves + 1) & 1];
	uint32_t i = 0;
	bool fits = true;

	/* Seqlock: a reader that sees the list being written must see the other number. */
	__atomic_thread_fence(__ATOMIC_RELEASE);
	new->count = 0;
	for (; i < old->count && old->at[i].end < span.start; i++)
		fits = fits && add(new, old->at[i]);
	for (; i < old->count && old->at[i].start <= span.end; i++) {
		struct span other = old->at[i];

		if (!reserve) {
			fits = fits && add(new, (struct span){ other.start, span.start }) &&
			       (other.end <= span.end || add(new, (struct span){ span.end, other.end }));
			continue;
		}
		span.start = other.start < span.start ? other.start : span.start;
		span.end = other.end > span.end ? other.end : span.end;
	}
	if (reserve)
		fits = fits && add(new, span);
	for (; i < old->count; i++)
		fits = fits && add(new, old->at[i]);
	if (fits)
		__atomic_store_n(&space->reserves, space->reserves + 1, __ATOMIC_RELEASE);
	return fits;
}

uintptr_t held_border(const struct space *space, uintptr_t at, uintptr_t end)
{
	struct span next;

	if (held_none(space))
		return end;
	next = next_reserved(space, at);
	if (space_fenced(space))
		end = space_border(space, at, end);
	if (next.start > at && next.start < end)
		return next.start;
	return next.start <= at && next.end < end ? next.end : end;
}

struct span held_first(const struct space *space, struct span span)
{
	for (uintptr_t border; !span_empty(span); span.start = border) {
		border = held_border(space, span.start, span.end);
		if (held_any(space, span.start, border))
			return (struct span){ span.start, border };
	}
	return span;
}
