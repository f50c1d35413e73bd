/* SPDX-License-Identifier: MIT */
#include "walk_call.h"

#include <errno.h>

#include "calls.h"
#include "process.h"
#include "sys/device.h"
#include "sys/usercopy.h"
#include "table/held.h"
#include "table/walk.h"

_Static_assert(VALIMIT_GUEST == KIND_GUEST && VALIMIT_HOST == KIND_HOST &&
	       VALIMIT_FOREIGN == KIND_FOREIGN && VALIMIT_FENCE == KIND_FENCE &&
	       VALIMIT_OWN == KIND_OWN && VALIMIT_RESERVED == KIND_RESERVED,
	       "the header's kinds are the table's");

/* The struct's size in its first version. */
#define SIZE_FIRST 64
_Static_assert(sizeof(struct valimit_mapping) == SIZE_FIRST, "the first version's size");

struct walk_listing {
	char *to; /* the caller's memory */
	size_t size, count, stored;
};

static long store(const struct walk_piece *piece, void *context)
{
	struct walk_listing *listing = context;
	const struct procmaps_line *line = piece->line;
	struct valimit_mapping mapping = {
		.start = piece->span.start,
		.end = piece->span.end,
		.caller = piece->caller,
		.offset = line->inode ? line->offset + (piece->span.start - line->start) : 0,
		.device = line->inode ? device_of(line->major, line->minor) : 0,
		.inode = line->inode,
		.prot = (uint32_t)line->prot,
		.kind = (uint32_t)piece->kind,
		.shared = line->shared != 0,
	};

	if (user_write(listing->to + listing->stored * listing->size, &mapping, sizeof(mapping)) < 0)
		return EFAULT;
	return ++listing->stored == listing->count ? EOVERFLOW : 0;
}

/* Visits the range's mappings inside the gate: the window does not change meanwhile. A visitor
 * returns 0 or a positive errno. */
static long walk(struct span range, walk_visit *visit, void *context)
{
	struct pass pass;
	long result;

	call_begin(&pass);
	result = walk_each(process_made(), range, visit, context);
	call_end(&pass);
	return result > 0 && result != EOVERFLOW ? -result : result;
}

long walk_call(uintptr_t from, struct valimit_mapping *mappings, size_t count, size_t size)
{
	struct walk_listing listing = { .to = (char *)mappings, .size = size, .count = count };
	struct span range = { from, process_bounds().upper };
	long result = 0;

	if (size < SIZE_FIRST)
		return -EINVAL;
	if (count && !span_empty(range))
		result = walk(range, store, &listing);
	return result < 0 ? result : (long)listing.stored;
}

struct gaps {
	struct span range, best;
	uintptr_t free; /* the address up to which the range has been looked at */
	bool reserved;  /* a reservation's free part counts as a gap */
	bool largest;
};

static bool is_gap(const struct gaps *gaps, enum kind kind)
{
	return kind == KIND_FENCE || (kind == KIND_RESERVED && gaps->reserved);
}

/* Considers the gap that ends at `end`. True if the search is over. */
static bool consider(struct gaps *gaps, uintptr_t end)
{
	struct span gap = span_cut((struct span){ gaps->free, end }, gaps->range);

	if (!span_empty(gap) && gap.end - gap.start > gaps->best.end - gaps->best.start)
		gaps->best = gap;
	return gaps->best.end && !gaps->largest;
}

static long note(const struct walk_piece *piece, void *context)
{
	struct gaps *gaps = context;

	if (is_gap(gaps, piece->kind))
		return 0;
	if (consider(gaps, piece->span.start) || piece->span.end >= gaps->range.end) {
		gaps->free = gaps->range.end;
		return EOVERFLOW;
	}
	gaps->free = piece->span.end;
	return 0;
}

long walk_gap(uintptr_t begin, uintptr_t end, bool largest, struct va_limit *gap)
{
	struct window bounds = process_bounds();
	const struct space *space = process_made();
	struct gaps gaps = {
		.range = span_cut((struct span){ begin, end },
				  (struct span){ bounds.lower, bounds.upper }),
		.largest = largest,
	};
	struct va_limit found;
	long result;

	if (span_empty(gaps.range))
		return -EINVAL;
	gaps.free = gaps.range.start;
	gaps.reserved = space && space->reserves &&
			reserved_all(space, gaps.range.start, gaps.range.end);
	result = walk(gaps.range, note, &gaps);
	if (result < 0)
		return result;
	consider(&gaps, gaps.range.end);
	if (!gaps.best.end)
		return -ENOMEM;
	found = (struct va_limit){ gaps.best.start, gaps.best.end };
	return user_write(gap, &found, sizeof(found));
}

long walk_bounds(struct va_limit *to)
{
	struct window bounds = process_bounds();
	struct va_limit found = { bounds.lower, bounds.upper };

	return user_write(to, &found, sizeof(found));
}
