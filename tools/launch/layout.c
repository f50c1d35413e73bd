/* SPDX-License-Identifier: MIT */
#include "layout.h"

#include "core/size.h"

struct layout layout_of(struct spans window)
{
	struct layout layout = { .window = window };

	if (window.count == 2 && window.at[1].end - window.at[1].start >
					 window.at[0].end - window.at[0].start) {
		layout.window.at[0] = window.at[1];
		layout.window.at[1] = window.at[0];
	}
	return layout;
}

bool layout_take(struct layout *layout, struct span span)
{
	if (layout->count == LAYOUT_MAX)
		return false;
	if (!span_empty(span))
		layout->taken[layout->count++] = span;
	return true;
}

/* One of the taken spans that overlap the span; NULL: none. */
static const struct span *in_the_way(const struct layout *layout, struct span span)
{
	for (int i = 0; i < layout->count; i++)
		if (!span_empty(span_cut(layout->taken[i], span)))
			return &layout->taken[i];
	return NULL;
}

bool layout_free(const struct layout *layout, struct span span)
{
	return !in_the_way(layout, span);
}

bool layout_inside(const struct layout *layout, struct span span)
{
	for (int i = 0; i < layout->window.count; i++)
		if (span.start >= layout->window.at[i].start && span.end <= layout->window.at[i].end)
			return true;
	return false;
}

static const struct span nothing = { 0, 0 };

static struct span search_down(const struct layout *layout, struct span in, size_t length,
			       size_t align)
{
	while (in.end > in.start && in.end - in.start >= length) {
		uintptr_t start = (in.end - length) & ~(align - 1);
		struct span place = { start, start + length };
		const struct span *obstacle;

		if (start < in.start)
			return nothing;
		obstacle = in_the_way(layout, place);
		if (!obstacle)
			return place;
		in.end = obstacle->start;
	}
	return nothing;
}

static struct span search_up(const struct layout *layout, struct span in, size_t length,
			     size_t align)
{
	while (in.end > in.start && in.end - in.start >= length) {
		uintptr_t start = round_up(in.start, align);
		struct span place = { start, start + length };
		const struct span *obstacle;

		if (start < in.start || start > in.end - length)
			return nothing;
		obstacle = in_the_way(layout, place);
		if (!obstacle)
			return place;
		in.start = obstacle->end;
	}
	return nothing;
}

static struct span search(const struct layout *layout, size_t length, size_t align, size_t skip,
			  bool down)
{
	for (int turn = 0; turn <= layout->window.count; turn++) {
		/* The largest piece comes twice: first without the bytes to skip. */
		struct span in = layout->window.at[turn ? turn - 1 : 0];
		struct span place;

		if (turn == 0 && down)
			in.end -= skip < in.end - in.start ? skip : 0;
		else if (turn == 0)
			in.start += skip < in.end - in.start ? skip : 0;
		place = down ? search_down(layout, in, length, align) :
			       search_up(layout, in, length, align);
		if (!span_empty(place))
			return place;
	}
	return nothing;
}

static struct span taken(struct layout *layout, struct span place)
{
	return layout_take(layout, place) ? place : nothing;
}

struct span layout_highest(struct layout *layout, size_t length, size_t align, size_t skip)
{
	return taken(layout, search(layout, length, align, skip, true));
}

struct span layout_lowest(struct layout *layout, size_t length, size_t align, size_t skip)
{
	return taken(layout, search(layout, length, align, skip, false));
}

struct native layout_native(const struct layout *layout, uintptr_t stack, uintptr_t base,
			    size_t page)
{
	const struct span *home = &layout->window.at[0];
	struct native native = { .base = base };

	if (stack == 0)
		return native;
	/* DEFAULT_MAP_WINDOW, a power of two, on x86-64 without its last page: the stack is
	 * the highest mapping. The kernel gives an address of more bits only to a call that
	 * names one. */
	native.end = (1UL << (64 - __builtin_clzl(stack))) - page;
	native.image = round_down(native.end / 3 * 2, page); /* ELF_ET_DYN_BASE */
	native.fits = home->start <= native.image && native.image < base &&
		      native.end <= home->end;
	return native;
}
