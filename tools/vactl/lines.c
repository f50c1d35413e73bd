/* SPDX-License-Identifier: MIT */
#include "lines.h"

#include <stdlib.h>
#include <string.h>

#include "message.h"

/* A folded line may have 1/256 of other ground, such as the pages below MIN. */
#define SLIVER 256

struct division {
	struct lines *lines;
	const struct regions *regions;
	size_t limit;
	unsigned int columns, least;
};

static unsigned int bits(uint64_t value)
{
	return value ? 64 - (unsigned int)__builtin_clzll(value) : 0;
}

struct span lines_block(struct span range)
{
	uintptr_t last = range.end > range.start ? range.end - 1 : range.start;
	unsigned int order = bits(range.start ^ last);
	uintptr_t size = (uintptr_t)1 << (order < 12 ? 12 : order);
	uintptr_t start = range.start & ~(size - 1);

	return (struct span){ start, start + size };
}

unsigned int line_order(const struct map_line *line)
{
	return bits(line->end - line->start) - 1;
}

/* Finds a line's regions, and whether it can be folded: behind the last region it
 * always can, and else if the fold hides no region that has to be shown. */
static void measure_line(struct map_line *line, const struct regions *regions)
{
	uintptr_t all = 0, of_main = 0, of_look[LOOKS] = { 0 };
	unsigned int sought = 0; /* a bit for each look */
	enum look look;

	line->region = line->main = regions_seek(regions, line->start);
	line->folded = line->region == regions->count || regions->at[line->region].end >= line->end;
	if (line->folded)
		return;
	for (size_t r = line->region; r < regions->count && regions->at[r].start < line->end; r++) {
		const struct region *region = &regions->at[r];
		struct span part = span_cut((struct span){ region->start, region->end },
					    (struct span){ line->start, line->end });

		if (!look_ground(region->look))
			return;
		all += part.end - part.start;
		of_look[region->look] += part.end - part.start;
		sought |= (unsigned int)region->sought << region->look;
		if (part.end - part.start > of_main) {
			of_main = part.end - part.start;
			line->main = r;
		}
	}
	look = regions->at[line->main].look;
	line->folded = all - of_look[look] < all / SLIVER && !(sought & ~(1U << look));
}

/* The weight grows with the line's length, and slower with the number of regions
 * too small to be seen. Lines thus come out of about one scale, unless one has far
 * more in it. */
static void weigh(const struct division *division, struct map_line *line)
{
	uint64_t visible = (line->end - line->start) / division->columns * division->least;
	uint64_t hidden = 0;

	line->weight = 0;
	for (size_t r = line->region; r < division->regions->count; r++) {
		const struct region *region = &division->regions->at[r];

		if (region->start >= line->end)
			break;
		hidden += region->sought && region->end - region->start < visible;
	}
	if (hidden && !line->folded)
		line->weight = 2 * line_order(line) + bits(hidden);
}

/* Whether two lines, one after the other, can be one folded line. */
static bool joins(const struct regions *regions, const struct map_line *low,
		  const struct map_line *high)
{
	if (!low->folded || !high->folded)
		return false;
	if (low->main == high->main)
		return true;
	return low->main < regions->count && high->main < regions->count &&
	       look_ground(regions->at[low->main].look) &&
	       regions->at[low->main].look == regions->at[high->main].look;
}

static void halve(const struct division *division, const struct map_line *line,
		  struct map_line half[2])
{
	uintptr_t middle = line->start + (line->end - line->start) / 2;

	half[0] = (struct map_line){ .start = line->start, .end = middle };
	half[1] = (struct map_line){ .start = middle, .end = line->end };
	for (int i = 0; i < 2; i++) {
		measure_line(&half[i], division->regions);
		weigh(division, &half[i]);
	}
}

/* Replaces line `i` by its halves, and joins folded neighbours. */
static void split_line(const struct division *division, size_t i)
{
	struct lines *lines = division->lines;
	const struct regions *regions = division->regions;
	struct map_line half[2];

	halve(division, &lines->at[i], half);
	memmove(&lines->at[i + 2], &lines->at[i + 1], (lines->count - i - 1) * sizeof(*lines->at));
	memcpy(&lines->at[i], half, sizeof(half));
	lines->count++;
	for (size_t at = i + 2, steps = 0; steps < 3; steps++, at--) {
		if (at == 0 || at >= lines->count ||
		    !joins(regions, &lines->at[at - 1], &lines->at[at]))
			continue;
		lines->at[at - 1].end = lines->at[at].end;
		memmove(&lines->at[at], &lines->at[at + 1],
			(lines->count - at - 1) * sizeof(*lines->at));
		lines->count--;
	}
}

/* Whether splitting line `i` adds no line, since a half joins a neighbour. */
static bool splits_free(const struct division *division, size_t i)
{
	const struct lines *lines = division->lines;
	struct map_line half[2];

	halve(division, &lines->at[i], half);
	return (i > 0 && joins(division->regions, &lines->at[i - 1], &half[0])) ||
	       (i + 1 < lines->count && joins(division->regions, &half[1], &lines->at[i + 1]));
}

/* The line that most wants to be split; the count where none does. */
static size_t choose_line(const struct division *division)
{
	const struct lines *lines = division->lines;
	bool full = lines->count >= division->limit;
	size_t best = lines->count;

	for (size_t i = 0; i < lines->count; i++)
		if (lines->at[i].weight &&
		    (best == lines->count || lines->at[i].weight > lines->at[best].weight) &&
		    (!full || splits_free(division, i)))
			best = i;
	return best;
}

void lines_make(struct lines *lines, const struct regions *regions, struct span range, size_t limit,
		unsigned int columns, unsigned int least)
{
	struct division division = { lines, regions, limit, columns, least };
	struct span block = lines_block(range);

	/* One more while a split is being joined to its neighbours. */
	lines->at = memory_array(NULL, limit + 2, sizeof(*lines->at));
	lines->at[0] = (struct map_line){ .start = block.start, .end = block.end };
	lines->count = 1;
	measure_line(&lines->at[0], regions);
	weigh(&division, &lines->at[0]);
	for (size_t i = choose_line(&division); i < lines->count; i = choose_line(&division))
		split_line(&division, i);
}

bool lines_keep(struct lines *lines, const struct regions *regions)
{
	for (size_t i = 0; i < lines->count; i++) {
		bool folded = lines->at[i].folded;

		measure_line(&lines->at[i], regions);
		if (folded && !lines->at[i].folded)
			return false;
		lines->at[i].folded = folded;
	}
	return true;
}
