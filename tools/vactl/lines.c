/* SPDX-License-Identifier: MIT */
#include "lines.h"

/* A folded line may have 1/256 of other ground, such as the pages below MIN. */
#define SLIVER 256

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

/* Whether a line can be folded: one of a single region or behind the last can, and any
 * other if the fold hides no region that a picture has to show. */
static bool can_fold(const struct regions *regions, struct map_line *line)
{
	uintptr_t all = 0, of_main = 0, of_look[LOOKS] = { 0 };
	unsigned int sought = 0; /* a bit for each look */
	enum look look;

	if (line->region == regions->count || regions->at[line->region].end >= line->end)
		return true;
	for (size_t r = line->region; regions_reach(regions, r, line->end); r++) {
		const struct region *region = &regions->at[r];
		uintptr_t part = span_length(span_cut((struct span){ region->start, region->end },
						      (struct span){ line->start, line->end }));

		if (!look_ground(region->look))
			return false;
		all += part;
		of_look[region->look] += part;
		sought |= (unsigned int)region->sought << region->look;
		if (part > of_main) {
			of_main = part;
			line->main = r;
		}
	}
	look = regions->at[line->main].look;
	return all - of_look[look] < all / SLIVER && !(sought & ~(1U << look));
}

/* Finds a line's regions and its weight: that of its length, and less of the number of
 * regions too small to be seen. Lines thus come out of about one scale, unless one has far
 * more in it. */
static void measure_line(const struct lines *lines, struct map_line *line)
{
	const struct regions *regions = lines->regions;
	uint64_t visible = (line->end - line->start) / lines->columns * lines->least;
	uint64_t hidden = 0;

	line->region = line->main = regions_seek(regions, line->start);
	line->folded = can_fold(regions, line);
	for (size_t r = line->region; regions_reach(regions, r, line->end); r++)
		hidden += regions->at[r].sought && region_size(&regions->at[r]) < visible;
	line->weight = hidden && !line->folded ? 2 * line_order(line) + bits(hidden) : 0;
}

/* Whether two neighbouring lines can be one folded line. */
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

static void halve(const struct lines *lines, const struct map_line *line, struct map_line half[2])
{
	uintptr_t middle = line->start + (line->end - line->start) / 2;

	half[0] = (struct map_line){ .start = line->start, .end = middle };
	half[1] = (struct map_line){ .start = middle, .end = line->end };
	measure_line(lines, &half[0]);
	measure_line(lines, &half[1]);
}

/* Replaces line `i` by its halves, and joins folded neighbours. */
static void split_line(struct lines *lines, size_t i)
{
	struct map_line half[2];

	halve(lines, &lines->at[i], half);
	memmove(&lines->at[i + 2], &lines->at[i + 1], (lines->count - i - 1) * sizeof(*lines->at));
	memcpy(&lines->at[i], half, sizeof(half));
	lines->count++;
	for (size_t at = i + 2, steps = 0; steps < 3; steps++, at--) {
		if (at == 0 || at >= lines->count ||
		    !joins(lines->regions, &lines->at[at - 1], &lines->at[at]))
			continue;
		lines->at[at - 1].end = lines->at[at].end;
		memmove(&lines->at[at], &lines->at[at + 1],
			(lines->count - at - 1) * sizeof(*lines->at));
		lines->count--;
	}
}

/* Whether splitting line `i` adds no line, since a half joins a neighbour. */
static bool splits_free(const struct lines *lines, size_t i)
{
	const struct map_line *line = &lines->at[i];
	struct map_line half[2];

	halve(lines, line, half);
	return (i > 0 && joins(lines->regions, line - 1, &half[0])) ||
	       (i + 1 < lines->count && joins(lines->regions, &half[1], line + 1));
}

/* The line of the largest weight that may be split; the number of lines: none may. */
static size_t choose_line(const struct lines *lines, size_t limit)
{
	size_t best = lines->count;

	for (size_t i = 0; i < lines->count; i++)
		if (lines->at[i].weight &&
		    (best == lines->count || lines->at[i].weight > lines->at[best].weight) &&
		    (lines->count < limit || splits_free(lines, i)))
			best = i;
	return best;
}

void lines_make(struct lines *lines, const struct regions *regions, struct span range, size_t limit,
		unsigned int columns, unsigned int least)
{
	struct span block = lines_block(range);

	*lines = (struct lines){ .count = 1, .regions = regions, .columns = columns, .least = least };
	/* A split makes one line more until its halves join neighbours. */
	lines->at = memory_array(NULL, limit + 2, sizeof(*lines->at));
	lines->at[0] = (struct map_line){ .start = block.start, .end = block.end };
	measure_line(lines, &lines->at[0]);
	for (size_t i; (i = choose_line(lines, limit)) < lines->count;)
		split_line(lines, i);
}

bool lines_keep(struct lines *lines, const struct regions *regions)
{
	lines->regions = regions;
	for (size_t i = 0; i < lines->count; i++) {
		bool folded = lines->at[i].folded;

		measure_line(lines, &lines->at[i]);
		if (folded && !lines->at[i].folded)
			return false;
		lines->at[i].folded = folded;
	}
	return true;
}

/* --- marks ------------------------------------------------------------------ */

void marks_start(struct marks *marks, const struct regions *regions, const struct map_line *line,
		 double width, double least)
{
	*marks = (struct marks){ .regions = regions, .line = *line, .width = width, .least = least,
				 .scale = line_scale, .region = line->region };
}

double line_scale(const struct map_line *line, uintptr_t address)
{
	return (double)(address - line->start) / (double)(line->end - line->start);
}

/* The place of an address along the line, between its ends. */
static double place_of(const struct marks *marks, uintptr_t address)
{
	const struct map_line *line = &marks->line;

	return address <= line->start ? 0 : address >= line->end ? marks->width :
	       marks->scale(line, address) * marks->width;
}

/* The next mapped region in the line; NULL: none. */
static const struct region *next_mapped(struct marks *marks)
{
	for (; regions_reach(marks->regions, marks->region, marks->line.end); marks->region++) {
		const struct region *region = &marks->regions->at[marks->region];

		if (!look_ground(region->look) && region->end > marks->line.start)
			return region;
	}
	return NULL;
}

/* The look of most bytes among those of the highest rank. */
static enum look look_of_most(const uint64_t bytes[LOOKS])
{
	enum look most = LOOK_BEYOND;

	for (enum look look = LOOK_BEYOND; look < LOOKS; look++)
		if (bytes[look] && (look_rank(look) > look_rank(most) || bytes[look] > bytes[most]))
			most = look;
	return most;
}

/* Extends the mark by regions that begin below it and are too narrow to show. */
static void gather(struct marks *marks, struct mark *mark, uint64_t bytes[LOOKS])
{
	const struct region *region;

	for (marks->region++; (region = next_mapped(marks)); marks->region++) {
		if (place_of(marks, region->end) - mark->to >= marks->least ||
		    place_of(marks, region->start) >= mark->to)
			break;
		mark->count++;
		mark->end = region->end;
		mark->bytes += region_size(region);
		bytes[region->look] += region_size(region);
	}
	mark->look = look_of_most(bytes);
}

bool marks_next(struct marks *marks, struct mark *mark)
{
	const struct region *region = next_mapped(marks);
	uint64_t bytes[LOOKS] = { 0 };

	if (!region)
		return false;
	*mark = (struct mark){
		.from = place_of(marks, region->start), .to = place_of(marks, region->end),
		.look = region->look, .region = marks->region, .count = 1,
		.start = region->start, .end = region->end, .bytes = region_size(region),
	};
	if (mark->from < marks->edge)
		mark->from = marks->edge;
	/* At the line's end a mark has no room and begins earlier. */
	if (mark->to - mark->from < marks->least) {
		mark->to = mark->from + marks->least;
		if (mark->to > marks->width) {
			mark->to = marks->width;
			mark->from = marks->width - marks->least;
		}
		bytes[region->look] = mark->bytes;
		gather(marks, mark, bytes);
	} else {
		marks->region++;
	}
	marks->edge = mark->to;
	return true;
}

/* --- cells ------------------------------------------------------------------ */

/* The first address of cell `i` of a line, without a product that overflows. */
static uintptr_t cell_start(const struct map_line *line, unsigned int columns, unsigned int i)
{
	uintptr_t size = line->end - line->start;

	return line->start + size / columns * i + size % columns * i / columns;
}

static struct cell judge_cell(const uintptr_t bytes[LOOKS], uintptr_t size)
{
	struct cell cell = { .look = look_of_most(bytes) };
	uintptr_t mapped = 0;

	for (enum look look = LOOK_BEYOND; look < LOOKS && !look_ground(cell.look); look++)
		if (look_rank(look) == look_rank(cell.look))
			mapped += bytes[look];
	if (mapped)
		cell.fill = mapped >= size ? 8 : (unsigned int)(mapped / (size / 8 + 1));
	if (mapped && !cell.fill)
		cell.fill = 1;
	return cell;
}

void cells_fill(struct cell *cell, unsigned int columns, const struct regions *regions,
		const struct map_line *line)
{
	size_t r = line->region;

	for (unsigned int i = 0; i < columns; i++) {
		struct span span = { cell_start(line, columns, i),
				     cell_start(line, columns, i + 1) };
		uintptr_t bytes[LOOKS] = { 0 };

		for (; regions_reach(regions, r, span.end); r++) {
			struct span part = span_cut(span, (struct span){ regions->at[r].start,
									 regions->at[r].end });

			if (!span_empty(part))
				bytes[regions->at[r].look] += part.end - part.start;
			if (regions->at[r].end >= span.end)
				break;
		}
		cell[i] = judge_cell(bytes, span.end - span.start);
	}
}
