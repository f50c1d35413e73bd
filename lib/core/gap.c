/* SPDX-License-Identifier: MIT */
#include "gap.h"

#include "rare.h"
#include "size.h"
#include "tree_shape.h"

/* The request that a gap has to fit. */
struct gap_want {
	struct span span;
	size_t length, align;
};

/* The highest fitting address in the gap [start, end); 0: the request does not fit. */
static uintptr_t fit_high(const struct gap_want *want, uintptr_t start, uintptr_t end)
{
	struct span s = span_cut((struct span){ start, end }, want->span);

	if (span_empty(s) || s.end - s.start < want->length)
		return 0;

	uintptr_t at = (s.end - want->length) & ~(uintptr_t)(want->align - 1);

	return at >= s.start ? at : 0;
}

static __attribute__((noinline)) uintptr_t fit_low(const struct gap_want *want, uintptr_t start,
						   uintptr_t end)
{
	struct span s = span_cut((struct span){ start, end }, want->span);
	uintptr_t mask = want->align - 1;

	if (span_empty(s) || s.start > UINTPTR_MAX - mask)
		return 0;

	uintptr_t at = (s.start + mask) & ~mask;

	return at < s.end && s.end - at >= want->length ? at : 0;
}

/* The highest fitting address between the entries below block `id`. */
static uintptr_t highest_in(const struct tree *tree, uint32_t id, const struct gap_want *want)
{
	const struct tree_block *block = block_at(tree, id);
	bool leaf = block->level == 1;
	const uint64_t *start = block_starts(block), *end = block_ends(block);
	/* Gaps at or above the span's end cannot fit. */
	uint32_t i = shape_rank(end, block->count, want->span.end);

	if (i == block->count)
		i--;
	for (;; i--) {
		uintptr_t at = 0;

		if (!leaf && block->inner.gap[i] >= want->length)
			at = highest_in(tree, block->inner.child[i], want);
		if (at == 0 && i > 0)
			at = fit_high(want, end[i - 1], start[i]);
		if (at || i == 0 || start[i] <= want->span.start)
			return at;
	}
}

static uintptr_t lowest_in(const struct tree *tree, uint32_t id, const struct gap_want *want)
{
	const struct tree_block *block = block_at(tree, id);
	bool leaf = block->level == 1;
	const uint64_t *start = block_starts(block), *end = block_ends(block);

	for (uint32_t i = shape_rank(end, block->count, want->span.start); i < block->count; i++) {
		uintptr_t at = 0;

		if (i > 0)
			at = fit_low(want, end[i - 1], start[i]);
		if (at == 0 && !leaf && block->inner.gap[i] >= want->length)
			at = lowest_in(tree, block->inner.child[i], want);
		if (at || end[i] >= want->span.end)
			return at;
	}
	return 0;
}

/* From the first entry's start to the last entry's end; for an empty tree { 0, 0 }. */
static struct span extent(const struct tree *tree)
{
	if (tree->height == 0)
		return (struct span){ 0, 0 };
	return block_extent(block_at(tree, tree->root));
}

uintptr_t gap_highest(const struct tree *tree, struct span span, size_t length, size_t align)
{
	struct gap_want want = { span, length, align };
	struct span all = extent(tree);
	uintptr_t at = fit_high(&want, all.end, UINTPTR_MAX);

	if (at == 0 && tree->height > 0)
		at = highest_in(tree, tree->root, &want);
	if (at == 0)
		at = fit_high(&want, 0, all.start);
	return at;
}

uintptr_t gap_lowest(const struct tree *tree, struct span span, size_t length, size_t align)
{
	struct gap_want want = { span, length, align };
	struct span all = extent(tree);
	uintptr_t at = fit_low(&want, 0, all.start);

	if (at == 0 && tree->height > 0)
		at = lowest_in(tree, tree->root, &want);
	if (at == 0)
		at = fit_low(&want, all.end, UINTPTR_MAX);
	return at;
}

/* The gap around `at`, cut to the span. */
static RARE struct span gap_around(const struct tree *tree, uintptr_t at, struct span span)
{
	struct cursor next = tree_seek(tree, at);
	struct span gap = span;
	struct entry entry;

	if (tree_entry(tree, next, &entry))
		gap = span_cut(gap, (struct span){ 0, entry.start });
	if (next.leaf)
		next = tree_previous(tree, next);
	else
		gap = span_cut(gap, (struct span){ extent(tree).end, UINTPTR_MAX });
	if (tree_entry(tree, next, &entry))
		gap = span_cut(gap, (struct span){ entry.end, UINTPTR_MAX });
	return gap;
}

RARE uintptr_t gap_random(const struct tree *tree, struct span span, size_t length, size_t align,
		     uint64_t random)
{
	if (span_empty(span) || span.end - span.start < length)
		return 0;

	uintptr_t width = span.end - span.start - length;
	uintptr_t point = span.start + (width ? random % (width + 1) : 0);
	uintptr_t at = gap_lowest(tree, (struct span){ point, span.end }, length, align);

	if (at == 0)
		at = gap_highest(tree, span, length, align);
	if (at == 0)
		return 0;

	struct span gap = gap_around(tree, at, span);
	uintptr_t first = round_up(gap.start, align);
	uintptr_t places = (gap.end - length - first) / align + 1;

	return first + (random >> 17) % places * align;
}

RARE void gap_best(const struct tree *tree, struct span span, size_t length, size_t align,
		   struct gap_best *best)
{
	struct gap_want want = { span, length, align };
	uintptr_t at;

	while ((at = gap_lowest(tree, span, length, align))) {
		struct span gap = gap_around(tree, at, span);

		span.start = gap.end;
		if (gap.start <= best->base && gap.end > best->base)
			gap.end = best->base;
		at = fit_high(&want, gap.start, gap.end);
		if (at && gap.end - gap.start <= best->size) {
			best->at = at;
			best->size = gap.end - gap.start;
		}
	}
}

RARE struct span gap_first(const struct tree *tree, struct span span)
{
	struct entry entry;

	while (!span_empty(span) && tree_entry(tree, tree_seek(tree, span.start), &entry)) {
		if (entry.start > span.start) {
			span.end = entry.start < span.end ? entry.start : span.end;
			break;
		}
		span.start = entry.end;
	}
	return span;
}

RARE size_t gap_largest(const struct tree *tree, struct span span)
{
	size_t largest = 0;
	struct cursor at = tree_seek(tree, span.start);
	struct entry entry;
	uintptr_t free = span.start;

	for (; tree_entry(tree, at, &entry) && entry.start < span.end; at = tree_next(tree, at)) {
		if (entry.start > free && entry.start - free > largest)
			largest = entry.start - free;
		free = entry.end;
	}
	if (span.end > free && span.end - free > largest)
		largest = span.end - free;
	return largest;
}
