/* SPDX-License-Identifier: MIT */
#include "compare.h"

#include <string.h>

static bool same_name(const struct procmaps_line *a, const struct procmaps_line *b)
{
	if (!a || !b)
		return a == b;
	return a->name_length == b->name_length && memcmp(a->name, b->name, a->name_length) == 0;
}

/* Whether it is the same to a user: who mapped it, from what, with which
 * rights. Another mapping may be at the same place by now. */
static bool same(const struct tile *before, const struct tile *after)
{
	return before->look == after->look && same_name(before->vma, after->vma) &&
	       (!before->vma || before->vma->prot == after->vma->prot) &&
	       (!before->entry || !after->entry ||
		before->entry->detail.caller == after->entry->detail.caller);
}

static struct tile judge(const struct tile *before, const struct tile *after)
{
	bool was = !look_ground(before->look), is = !look_ground(after->look);
	struct tile tile = was && !is ? *before : *after;

	tile.sought = was || is;
	if (was && is)
		tile.look = same(before, after) ? LOOK_STAYED : LOOK_CHANGED;
	else if (was)
		tile.look = LOOK_WENT;
	else if (is)
		tile.look = LOOK_CAME;
	return tile;
}

/* Cuts made by the other list alone are taken back. */
static bool continues(const struct tiles *result, const struct tile *tile)
{
	const struct tile *last = result->count ? &result->at[result->count - 1] : NULL;

	return last && last->look == tile->look && last->vma == tile->vma &&
	       last->entry == tile->entry;
}

void compare_tiles(const struct tiles *before, const struct tiles *after, struct tiles *result)
{
	static const struct tile nothing = { .end = UINTPTR_MAX, .look = LOOK_BEYOND };
	uintptr_t at = 0, top = tiles_end(before);

	*result = (struct tiles){ 0 };
	if (tiles_end(after) > top)
		top = tiles_end(after);
	for (size_t b = 0, a = 0; at < top;) {
		const struct tile *was = b < before->count ? &before->at[b] : &nothing;
		const struct tile *is = a < after->count ? &after->at[a] : &nothing;
		struct tile tile = judge(was, is);

		tile.start = at;
		tile.end = was->end < is->end ? was->end : is->end;
		at = tile.end;
		if (continues(result, &tile))
			result->at[result->count - 1].end = tile.end;
		else
			tiles_add(result, &tile);
		b += was->end == at;
		a += is->end == at;
	}
}
