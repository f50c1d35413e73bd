/* SPDX-License-Identifier: MIT */
#include "ranges.h"

#include <search.h>
#include <stdlib.h>

/* A key of a search that never finds, and remembers the lowest range above. */
struct seek {
	uintptr_t at;
	struct range *above;
};

static int seek_compare(const void *key, const void *entry)
{
	struct seek *seek = (struct seek *)key;
	struct range *range = (struct range *)entry;

	if (range->end <= seek->at)
		return 1;
	seek->above = range;
	return -1;
}

static int start_compare(const void *a, const void *b)
{
	const struct range *x = a, *y = b;

	return (x->start > y->start) - (x->start < y->start);
}

static struct range *find(const struct ranges *ranges, uintptr_t at)
{
	struct seek seek = { at, NULL };

	tfind(&seek, (void *const *)&ranges->root, seek_compare);
	return seek.above;
}

const struct range *ranges_at(const struct ranges *ranges, uintptr_t at)
{
	return find(ranges, at);
}

static void insert(struct ranges *ranges, uintptr_t start, uintptr_t end, int value)
{
	struct range *range = malloc(sizeof(*range));

	if (!range)
		abort();
	*range = (struct range){ start, end, value };
	if (!tsearch(range, &ranges->root, start_compare))
		abort();
}

static void drop(struct ranges *ranges, struct range *range)
{
	tdelete(range, &ranges->root, start_compare);
	free(range);
}

void ranges_clear(struct ranges *ranges, uintptr_t start, uintptr_t end)
{
	struct range *range;

	while ((range = find(ranges, start)) && range->start < end) {
		struct range old = *range;

		if (old.start < start) {
			range->end = start;
			if (old.end > end)
				insert(ranges, end, old.end, old.value);
		} else if (old.end > end) {
			range->start = end; /* the order stays */
		} else {
			drop(ranges, range);
		}
	}
}

void ranges_set(struct ranges *ranges, uintptr_t start, uintptr_t end, int value)
{
	struct range *below, *above;

	ranges_clear(ranges, start, end);
	above = find(ranges, end);
	if (above && above->start == end && above->value == value) {
		end = above->end;
		drop(ranges, above);
	}
	below = start ? find(ranges, start - 1) : NULL;
	if (below && below->end == start && below->value == value)
		below->end = end;
	else
		insert(ranges, start, end, value);
}
