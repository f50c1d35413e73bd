/* SPDX-License-Identifier: MIT */
#include "marks.h"

#include "core/window.h"

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
	for (; marks->region < marks->regions->count; marks->region++) {
		const struct region *region = &marks->regions->at[marks->region];

		if (region->start >= marks->line.end)
			return NULL;
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
		mark->bytes += region->end - region->start;
		bytes[region->look] += region->end - region->start;
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
		.start = region->start, .end = region->end, .bytes = region->end - region->start,
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

/* Where cell `i` of a line begins, without a product that overflows. */
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
		struct span span = { cell_start(line, columns, i), cell_start(line, columns, i + 1) };
		uintptr_t bytes[LOOKS] = { 0 };

		for (; r < regions->count && regions->at[r].start < span.end; r++) {
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
