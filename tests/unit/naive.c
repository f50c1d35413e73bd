/* SPDX-License-Identifier: MIT */
#include "naive.h"

#include "unit.h"

void naive_init(struct naive *naive, uint32_t pages)
{
	naive->pages = pages;
	naive->cell = calloc(pages, sizeof(*naive->cell));
	assert_non_null(naive->cell);
}

void naive_free(struct naive *naive)
{
	free(naive->cell);
}

/* Lets an interval begin at `page`, if one goes through there. */
static void cut(struct naive *naive, uint32_t page)
{
	if (page < naive->pages && naive->cell[page].used)
		naive->cell[page].first = true;
}

void naive_clear(struct naive *naive, struct stretch at)
{
	cut(naive, at.end);
	for (uint32_t i = at.start; i < at.end; i++)
		naive->cell[i] = (struct cell){ .used = false };
}

static bool is_joined(const struct naive *naive, uint32_t page)
{
	return page < naive->pages && naive->cell[page].used && !naive->cell[page].first;
}

static struct stretch interval_at(const struct naive *naive, uint32_t page)
{
	struct stretch at = { page, page + 1 };

	while (!naive->cell[at.start].first)
		at.start--;
	while (is_joined(naive, at.end))
		at.end++;
	return at;
}

static void fill(struct naive *naive, struct stretch at, const struct mapping_info *info)
{
	for (uint32_t i = at.start; i < at.end; i++) {
		naive->cell[i] = (struct cell){ true, i == at.start, *info };
		if (info->flags & ENTRY_SHM)
			naive->cell[i].info.page += i - at.start;
	}
}

/* The contract: kind, flags and owner alike. Pieces of segments stay apart, as
 * their offsets do. */
static bool merges(const struct naive *naive, uint32_t page, const struct mapping_info *info)
{
	const struct cell *cell;

	if (page >= naive->pages || !naive->cell[page].used)
		return false;
	cell = &naive->cell[page];
	return cell->info.kind == info->kind && cell->info.owner == info->owner &&
	       cell->info.flags == info->flags && !(info->flags & ENTRY_SHM);
}

void naive_set(struct naive *naive, struct stretch at, const struct mapping_info *info)
{
	naive_clear(naive, at);
	if (at.start > 0 && merges(naive, at.start - 1, info))
		at.start = interval_at(naive, at.start - 1).start;
	if (merges(naive, at.end, info))
		at.end = interval_at(naive, at.end).end;
	fill(naive, at, info);
}

bool naive_next(const struct naive *naive, uint32_t *page, struct entry *entry)
{
	struct stretch at;

	while (*page < naive->pages && !naive->cell[*page].first)
		++*page;
	if (*page == naive->pages)
		return false;
	at = interval_at(naive, *page);
	*entry = (struct entry){ NAIVE_ADDRESS(at.start), NAIVE_ADDRESS(at.end),
				 naive->cell[at.start].info };
	*page = at.end;
	return true;
}

static bool is_same(const struct entry *a, const struct entry *b)
{
	return a->start == b->start && a->end == b->end &&
	       memcmp(&a->info, &b->info, sizeof(a->info)) == 0;
}

void naive_compare(const struct naive *naive, const struct tree *tree, const char *context)
{
	struct cursor at = tree_first(tree);
	struct entry mine, theirs;
	uint32_t page = 0, count = 0;

	for (; naive_next(naive, &page, &mine); at = tree_next(tree, at), count++) {
		if (!tree_entry(tree, at, &theirs))
			fail_msg("%s: %#lx-%#lx is missing", context, mine.start, mine.end);
		if (!is_same(&mine, &theirs))
			fail_msg("%s: %#lx-%#lx kind %u flags %u caller %lu, not "
				 "%#lx-%#lx kind %u flags %u caller %lu",
				 context, theirs.start, theirs.end, theirs.info.kind,
				 theirs.info.flags, theirs.info.caller, mine.start, mine.end,
				 mine.info.kind, mine.info.flags, mine.info.caller);
	}
	if (tree_entry(tree, at, &theirs))
		fail_msg("%s: %#lx-%#lx is too much", context, theirs.start, theirs.end);
	assert_int_equal(tree->entries, count);
}

/* Beyond the model's pages everything is free. */
static bool is_free(const struct naive *naive, uintptr_t start, uintptr_t end)
{
	uintptr_t page = start > NAIVE_BASE ? (start - NAIVE_BASE) / NAIVE_PAGE : 0;

	for (; page < naive->pages && NAIVE_BASE + page * NAIVE_PAGE < end; page++)
		if (naive->cell[page].used)
			return false;
	return true;
}

bool naive_fits(const struct naive *naive, struct span span, uintptr_t at, size_t length,
		size_t align)
{
	return at % align == 0 && at >= span.start && at < span.end && span.end - at >= length &&
	       is_free(naive, at, at + length);
}

uintptr_t naive_highest(const struct naive *naive, struct span span, size_t length, size_t align)
{
	for (uintptr_t at = span.end; at > span.start;) {
		at -= NAIVE_PAGE;
		if (naive_fits(naive, span, at, length, align))
			return at;
	}
	return 0;
}

uintptr_t naive_lowest(const struct naive *naive, struct span span, size_t length, size_t align)
{
	for (uintptr_t at = span.start; at < span.end; at += NAIVE_PAGE)
		if (naive_fits(naive, span, at, length, align))
			return at;
	return 0;
}

uintptr_t naive_best(const struct naive *naive, struct span span, uintptr_t base, size_t length,
		     size_t align)
{
	size_t size = SIZE_MAX;
	uintptr_t best = 0;

	for (uintptr_t end, at = span.start; at < span.end; at = end + NAIVE_PAGE) {
		for (end = at; end < span.end && is_free(naive, end, end + NAIVE_PAGE);)
			end += NAIVE_PAGE;

		struct span gap = { at, at <= base && base < end ? base : end };
		uintptr_t place = naive_highest(naive, gap, length, align);

		if (place && gap.end - gap.start <= size) {
			size = gap.end - gap.start;
			best = place;
		}
	}
	return best;
}

size_t naive_largest(const struct naive *naive, struct span span)
{
	size_t largest = 0, run = 0;

	for (uintptr_t at = span.start; at < span.end; at += NAIVE_PAGE) {
		run = is_free(naive, at, at + NAIVE_PAGE) ? run + NAIVE_PAGE : 0;
		if (run > largest)
			largest = run;
	}
	return largest;
}

struct tree *bed_make(uint32_t capacity)
{
	struct tree_block *block = calloc(capacity, sizeof(*block));
	uint64_t *bitmap = calloc((capacity + 63) / 64, sizeof(*bitmap));
	struct tree *tree = malloc(sizeof(*tree));

	assert_non_null(block);
	assert_non_null(bitmap);
	assert_non_null(tree);
	tree_init(tree, block, bitmap, capacity);
	return tree;
}

void bed_free(struct tree *tree)
{
	free(tree->block);
	free(tree->bitmap);
	free(tree);
}
