/* SPDX-License-Identifier: MIT */
#include "scan.h"

#include <errno.h>

#include "sys/maps.h"
#include "fence/stack.h"
#include "fence/stack_guard.h"
#include "sys/sys.h"

/* Others map as well: the place that was free may be taken by now. */
#define TRIES 64

struct scan_search {
	struct span span;
	size_t length, align;
	size_t guard;     /* below the main stack, which grows */
	uintptr_t free;   /* end of the mapping before */
	uintptr_t found;  /* the highest place so far; 0: none */
};

static void consider(struct scan_search *search, uintptr_t end)
{
	struct span gap = span_cut(search->span, (struct span){ search->free, end });

	if (span_empty(gap) || gap.end - gap.start < search->length)
		return;

	uintptr_t at = (gap.end - search->length) & ~(search->align - 1);

	if (at >= gap.start)
		search->found = at;
}

static bool is_stack(const struct procmaps_line *line)
{
	return line->name_length == 7 && line->name[1] == 's' && line->name[0] == '[';
}

static long visit(const struct procmaps_line *line, void *context)
{
	struct scan_search *search = context;
	uintptr_t start = line->start;

	if (is_stack(line))
		start = start > search->guard ? start - search->guard : 0;
	if (start > search->free)
		consider(search, start);
	search->free = line->end;
	return search->free >= search->span.end;
}

long scan_map(struct space *space, struct span span, size_t length, size_t align,
	      place_mapper *map, const void *what)
{
	uintptr_t stack;

	for (int i = 0; i < TRIES; i++) {
		struct scan_search search = {
			.span = span,
			.length = length,
			.align = align,
			.guard = stack_room(space),
		};
		long result = maps_each(visit, &search);

		if (result < 0)
			return -ENOMEM;
		if (search.free < span.end)
			consider(&search, UINTPTR_MAX);
		if (search.found == 0)
			return -ENOMEM;
		if (guard_near(space, search.found + length, &stack)) {
			span.end = stack - guard_size(space);
			continue;
		}
		result = map(what, search.found, false);
		if (result != -EEXIST)
			return result;
	}
	return -ENOMEM;
}
