/* SPDX-License-Identifier: MIT */
#include "scan.h"

#include <errno.h>

#include "area.h"
#include "fence/fence_hole.h"
#include "fence/stack.h"
#include "fence/stack_guard.h"
#include "sys/maps.h"
#include "sys/sys.h"

/* Tries, since another thread may map at a free place before this one does. */
#define TRIES 64

/* Holes of the fence, at most, in which the kernel places one probe after the other. */
#define HOLES 64

struct scan_search {
	struct span span;
	size_t length, align;
	size_t guard;     /* bytes below the main stack, which grows */
	uintptr_t free;   /* end of the previous mapping */
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

/* Has the kernel place a placeholder in the window, as the fence forces it to. The probe is
 * readable: in a hole of the fence it must not look like fence, over which other calls map.
 * The hole is filled: the call that had opened it may have met the probe, and given the
 * hole up. */
static long hold_by_kernel(struct space *space, size_t length)
{
	for (int i = 0; i < HOLES; i++) {
		long at = sys_mmap(0, length, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
				   -1, 0);

		if (sys_failed(at) || space_inside(space, (uintptr_t)at, length))
			return at;
		space_discard(space, (uintptr_t)at, length);
		fence_patch(space, (uintptr_t)at, (uintptr_t)at + length);
	}
	return -ENOMEM;
}

/* Places a placeholder by the kernel's list, where fence counts as mapped. */
static long hold_by_list(struct space *space, const struct area *area, size_t length)
{
	struct spans spans = area_spans(space, area);
	long at = -ENOMEM;

	for (int i = 0; at == -ENOMEM && i < spans.count; i++)
		at = scan_map(space, spans.at[i], length, space->page, place_holder, &length);
	return at;
}

/* Places a placeholder without the table, which alone could tell what is free over the
 * fence. */
static long hold_untabled(struct space *space, const struct area *area, size_t length)
{
	if (area->kind == AREA_OUTSIDE && space->table->fence == FENCE_UP)
		return -ENOMEM;
	if (area->kind == AREA_WINDOW && space_fenced(space))
		return hold_by_kernel(space, length);
	return hold_by_list(space, area, length);
}

/* Unmaps a part of the placeholder of hold_untabled(). */
static void release_untabled(struct space *space, uintptr_t start, uintptr_t end)
{
	if (start < end)
		space_discard(space, start, end - start);
}

long scan_place(struct space *space, const struct want *want, struct placed *placed)
{
	size_t slack = want->align > space->page ? want->align : 0;
	size_t held = want->length + slack;
	long at = hold_untabled(space, &want->area, held);

	if (sys_failed(at))
		return at;

	uintptr_t first = (uintptr_t)at, last = first + held;
	uintptr_t mask = slack ? slack - 1 : 0;
	uintptr_t start = (first + mask) & ~mask;
	long result = want->map(want->what, start, true);

	if (sys_failed(result)) {
		release_untabled(space, first, last);
		return result;
	}
	release_untabled(space, first, start);
	release_untabled(space, start + want->length, last);
	*placed = (struct placed){ start, claim_none(space, start, start + want->length) };
	return result;
}
