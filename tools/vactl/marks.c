/* SPDX-License-Identifier: MIT */
#include "marks.h"

void marks_start(struct marks *marks, const struct tiles *tiles, const struct row *row,
		 double width, double least)
{
	*marks = (struct marks){ .tiles = tiles, .row = *row, .width = width, .least = least,
				 .tile = row->tile };
}

/* Where an address lies along the line; beyond an end it is that end. */
static double place(const struct marks *marks, uintptr_t address)
{
	const struct row *row = &marks->row;

	if (address <= row->start)
		return 0;
	if (address >= row->end)
		return marks->width;
	return (double)(address - row->start) / (double)(row->end - row->start) * marks->width;
}

/* The next mapped tile in the line; NULL: there is none. */
static const struct tile *next_tile(struct marks *marks)
{
	for (; marks->tile < marks->tiles->count; marks->tile++) {
		const struct tile *tile = &marks->tiles->at[marks->tile];

		if (tile->start >= marks->row.end)
			return NULL;
		if (!look_ground(tile->look) && tile->end > marks->row.start)
			return tile;
	}
	return NULL;
}

static enum look look_of_most(const uint64_t bytes[LOOKS])
{
	enum look most = LOOK_BEYOND;

	for (enum look look = LOOK_BEYOND; look < LOOKS; look++)
		if (bytes[look] > bytes[most])
			most = look;
	return most;
}

/* Takes in the tiles that come so soon that they would not be seen. A wide one
 * ends the mark, and begins behind it. */
static void gather(struct marks *marks, struct mark *mark, uint64_t bytes[LOOKS])
{
	const struct tile *tile;

	for (marks->tile++; (tile = next_tile(marks)); marks->tile++) {
		if (place(marks, tile->end) - mark->to >= marks->least ||
		    place(marks, tile->start) >= mark->to)
			break;
		mark->count++;
		mark->end = tile->end;
		mark->bytes += tile->end - tile->start;
		bytes[tile->look] += tile->end - tile->start;
	}
	mark->look = look_of_most(bytes);
}

bool marks_next(struct marks *marks, struct mark *mark)
{
	const struct tile *tile = next_tile(marks);
	uint64_t bytes[LOOKS] = { 0 };

	if (!tile)
		return false;
	*mark = (struct mark){
		.from = place(marks, tile->start), .to = place(marks, tile->end),
		.look = tile->look, .tile = marks->tile, .count = 1,
		.start = tile->start, .end = tile->end, .bytes = tile->end - tile->start,
	};
	if (mark->from < marks->edge)
		mark->from = marks->edge;
	/* At the line's end there may be no room: it then begins earlier. */
	if (mark->to - mark->from < marks->least) {
		mark->to = mark->from + marks->least;
		if (mark->to > marks->width) {
			mark->to = marks->width;
			mark->from = marks->width - marks->least;
		}
		bytes[tile->look] = mark->bytes;
		gather(marks, mark, bytes);
	} else {
		marks->tile++;
	}
	marks->edge = mark->to;
	return true;
}
