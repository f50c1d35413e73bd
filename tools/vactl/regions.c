/* SPDX-License-Identifier: MIT */
#include "regions.h"

#include "names.h"
#include "pieces.h"

/* For readers with colour blindness looks differ in lightness, and ground has patterns. */
const struct look_style look_styles[LOOKS] = {
	[LOOK_BEYOND] = { "free", "", "beyond", "#f1f2f4", "#1c2128", 240, 7, " ", NULL },
	[LOOK_ROOM] = { "free in the window", "free", "room", "#dcebfd", "#152b4a",
			110, 6, ".", NULL },
	[LOOK_FENCE] = { "fence", "fence", "fence", "url(#hatch)", "url(#hatch)",
			242, 7, "/", NULL },
	[LOOK_GUARD] = { "guard", "guard", "guard", "url(#dots)", "url(#dots)", 144, 7, ":", NULL },
	[LOOK_RESERVE] = { "reserve", "reserve", "reserve", "url(#weave)", "url(#weave)",
			109, 6, "-", NULL },
	[LOOK_GUEST] = { "guest", "guest", "guest", "#1f66d1", "#58a6ff", 33, 4, "G", "g" },
	[LOOK_ESCAPE] = { "guest, outside", "guest, outside", "escape", "#c8102e", "#ff5c68",
			  196, 1, "!", NULL },
	[LOOK_HOST] = { "host", "host", "host", "#e8890c", "#f5a742", 208, 3, "H", "h" },
	[LOOK_FOREIGN] = { "other", "other", "other", "#7d4fc4", "#b794f6", 141, 5, "O", "o" },
	[LOOK_OWN] = { "the library's own", "own", "own", "#128277", "#3cc0ae", 37, 2, "L", "l" },
	[LOOK_UNKNOWN] = { "unknown", "unknown", "unknown", "#6b737c", "#a0a8b2",
			246, 7, "U", "u" },
	[LOOK_STAYED] = { "stayed", "stayed", "stayed", "#8d96a1", "#838d99", 0, 0, " ", NULL },
	[LOOK_CAME] = { "came", "came", "came", "#1f66d1", "#58a6ff", 0, 0, " ", NULL },
	[LOOK_WENT] = { "went", "went", "went", "#e8890c", "#f5a742", 0, 0, " ", NULL },
	[LOOK_CHANGED] = { "changed", "changed", "changed", "#7d4fc4", "#b794f6", 0, 0, " ", NULL },
};

void regions_add(struct regions *regions, const struct region *region)
{
	struct region *last = regions->count ? &regions->at[regions->count - 1] : NULL;

	if (region->start >= region->end)
		return;
	/* A bound that changes nothing cuts nothing. */
	if (last && last->look == region->look && last->vma == region->vma &&
	    last->entry == region->entry) {
		last->end = region->end;
		return;
	}
	last = memory_add(regions);
	*last = *region;
	last->sought = !look_ground(region->look);
}

/* The look of a piece; `known`: there is a window. */
static enum look look_of_piece(const struct piece *piece, bool known)
{
	static const enum look looks[KIND_NAMES] = {
		[KIND_GUEST] = LOOK_GUEST, [KIND_HOST] = LOOK_HOST, [KIND_FOREIGN] = LOOK_FOREIGN,
		[KIND_FENCE] = LOOK_FENCE, [KIND_GUARD] = LOOK_GUARD, [KIND_OWN] = LOOK_OWN,
		[KIND_CLAIM] = LOOK_GUARD,
		[KIND_RESERVED] = LOOK_FENCE, [KIND_UNKNOWN] = LOOK_UNKNOWN,
	};
	enum look look = looks[piece->kind];

	if (piece_is_gap(piece))
		return known && piece->inside ? LOOK_ROOM : LOOK_BEYOND;
	if (look == LOOK_GUEST && !piece->inside)
		return LOOK_ESCAPE;
	return look_rank(look) > 1 && piece->vma && vma_reserved(piece->vma) ?
	       LOOK_RESERVE : look;
}

/* Marks the largest free region of each span, so that pictures show an empty window. */
static void seek_room(struct regions *regions, const struct spans *spans)
{
	for (int i = 0; i < spans->count; i++) {
		struct region *largest = NULL;

		for (struct region *at = regions->at; at < regions->at + regions->count; at++)
			if (at->look == LOOK_ROOM && at->start >= spans->at[i].start &&
			    at->start < spans->at[i].end &&
			    (!largest || region_size(at) > region_size(largest)))
				largest = at;
		if (largest)
			largest->sought = true;
	}
}

/* The end of user space: without a table, of the last mapping below [vsyscall]. */
static uintptr_t find_top(const struct table *table, const struct vmas *vmas)
{
	uintptr_t top = table ? table->top : 0;

	for (size_t v = vmas->count; !top && v-- > 0;)
		if (vmas->line[v].end <= REGIONS_TOP)
			top = vmas->line[v].end;
	return top > REGIONS_TOP ? REGIONS_TOP : top;
}

void regions_make(struct regions *regions, const struct table *table,
		  const struct intervals *intervals, const struct vmas *vmas)
{
	struct table bounds = table ? *table : (struct table){ 0 };
	struct pieces pieces;
	struct piece piece;

	*regions = (struct regions){ 0 };
	bounds.top = find_top(table, vmas);
	pieces_start(&pieces, &bounds, intervals, vmas);
	while (pieces_next(&pieces, &piece)) {
		struct region region = {
			.start = piece.start, .end = piece.end,
			.look = look_of_piece(&piece, table),
			.entry = piece.entry, .vma = piece.vma,
		};

		regions_add(regions, &region);
	}
	seek_room(regions, &pieces.inside);
}

uintptr_t regions_end(const struct regions *regions)
{
	return regions->count ? regions->at[regions->count - 1].end : 0;
}

size_t regions_sum(const struct regions *regions, struct look_sum sum[LOOKS])
{
	struct look_sum of[LOOKS] = { 0 };
	size_t count = 0;

	for (size_t r = 0; r < regions->count; r++) {
		struct look_sum *at = &of[regions->at[r].look];

		at->look = regions->at[r].look;
		at->bytes += region_size(&regions->at[r]);
		at->count++;
	}
	for (int ground = 0; ground < 2; ground++)
		for (enum look look = LOOK_BEYOND; look < LOOKS; look++)
			if (of[look].count && look_ground(look) == ground)
				sum[count++] = of[look];
	return count;
}

/* --- two address spaces compared -------------------------------------------- */

/* Whether caller, file and rights agree. The mapping itself may be another. */
static bool is_same(const struct region *before, const struct region *after)
{
	const struct procmaps_line *a = before->vma, *b = after->vma;

	if (before->look != after->look || !a != !b ||
	    region_caller(before) != region_caller(after))
		return false;
	return !a || (a->prot == b->prot && strcmp(a->name, b->name) == 0);
}

static struct region compare_region(const struct region *before, const struct region *after)
{
	bool was = !look_ground(before->look), is = !look_ground(after->look);
	struct region region = was && !is ? *before : *after;

	if (was && is)
		region.look = is_same(before, after) ? LOOK_STAYED : LOOK_CHANGED;
	else if (was || is)
		region.look = was ? LOOK_WENT : LOOK_CAME;
	return region;
}

void regions_compare(const struct regions *before, const struct regions *after,
		     struct regions *result)
{
	static const struct region nothing = { .end = UINTPTR_MAX, .look = LOOK_BEYOND };
	uintptr_t top = regions_end(before), at = 0;

	*result = (struct regions){ 0 };
	if (regions_end(after) > top)
		top = regions_end(after);
	for (size_t b = 0, a = 0; at < top;) {
		const struct region *was = b < before->count ? &before->at[b] : &nothing;
		const struct region *is = a < after->count ? &after->at[a] : &nothing;
		struct region region = compare_region(was, is);

		region.start = at;
		region.end = at = was->end < is->end ? was->end : is->end;
		regions_add(result, &region);
		b += was->end == at;
		a += is->end == at;
	}
}
