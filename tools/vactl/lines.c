/* SPDX-License-Identifier: MIT */
#include "rows.h"

#include <stdlib.h>
#include <string.h>

#include "message.h"

/* Slivers of other ground, such as what lies below MIN, are less than this part
 * of a folded line. */
#define SLIVER 256

struct division {
	struct rows *rows;
	const struct tiles *tiles;
	size_t limit;
	unsigned int columns, least;
};

static unsigned int bits(uint64_t value)
{
	return value ? 64 - (unsigned int)__builtin_clzll(value) : 0;
}

struct span rows_block(struct span range)
{
	uintptr_t last = range.end > range.start ? range.end - 1 : range.start;
	unsigned int order = bits(range.start ^ last);
	uintptr_t size = (uintptr_t)1 << (order < 12 ? 12 : order);
	uintptr_t start = range.start & ~(size - 1);

	return (struct span){ start, start + size };
}

unsigned int rows_order(const struct row *row)
{
	return bits(row->end - row->start) - 1;
}

/* Slivers of other ground, such as what lies below MIN, are less than this part
 * of a folded line. */
#define SLIVER 256

static uintptr_t part_of(const struct tile *tile, const struct row *row)
{
	return (tile->end < row->end ? tile->end : row->end) -
	       (tile->start > row->start ? tile->start : row->start);
}

/* Whether a line of ground, folded, would not show what is to be seen. */
static bool hides(const struct row *row, const struct tiles *tiles)
{
	for (size_t t = row->tile; t < tiles->count && tiles->at[t].start < row->end; t++)
		if (tiles->at[t].sought && tiles->at[t].look != tiles->at[row->main].look)
			return true;
	return false;
}

/* Finds a line's tiles, and whether it can be folded. What begins behind the
 * last tile is nothing. */
static void measure(struct row *row, const struct tiles *tiles)
{
	uintptr_t part, all = 0, of_main = 0, of_look[LOOKS] = { 0 };

	row->tile = row->main = tiles_seek(tiles, row->start);
	row->folded = row->tile == tiles->count || tiles->at[row->tile].end >= row->end;
	if (row->folded)
		return;
	for (size_t t = row->tile; t < tiles->count && tiles->at[t].start < row->end; t++) {
		if (!look_ground(tiles->at[t].look))
			return;
		part = part_of(&tiles->at[t], row);
		all += part;
		of_look[tiles->at[t].look] += part;
		if (part > of_main) {
			of_main = part;
			row->main = t;
		}
	}
	row->folded = all - of_look[tiles->at[row->main].look] < all / SLIVER &&
		      !hides(row, tiles);
}

/* Grows with the length of the row and slower with what cannot be seen in it,
 * so that lines come out of about the same scale, unless far more is in one. */
static void weigh(const struct division *division, struct row *row)
{
	uint64_t visible = (row->end - row->start) / division->columns * division->least;
	uint64_t hidden = 0;

	row->weight = 0;
	for (size_t t = row->tile; t < division->tiles->count; t++) {
		const struct tile *tile = &division->tiles->at[t];

		if (tile->start >= row->end)
			break;
		hidden += tile->sought && tile->end - tile->start < visible;
	}
	if (hidden && !row->folded)
		row->weight = 2 * rows_order(row) + bits(hidden);
}

/* Whether two lines, one after the other, can be one folded line. */
static bool joins(const struct tiles *tiles, const struct row *low, const struct row *high)
{
	if (!low->folded || !high->folded)
		return false;
	if (low->main == high->main)
		return true;
	return low->main < tiles->count && high->main < tiles->count &&
	       look_ground(tiles->at[low->main].look) &&
	       tiles->at[low->main].look == tiles->at[high->main].look;
}

static void halve(const struct division *division, const struct row *row, struct row half[2])
{
	uintptr_t middle = row->start + (row->end - row->start) / 2;

	half[0] = (struct row){ .start = row->start, .end = middle };
	half[1] = (struct row){ .start = middle, .end = row->end };
	for (int i = 0; i < 2; i++) {
		measure(&half[i], division->tiles);
		weigh(division, &half[i]);
	}
}

/* Puts both halves in the place of line `i`, and joins what can be joined. */
static void split(const struct division *division, size_t i)
{
	struct rows *rows = division->rows;
	const struct tiles *tiles = division->tiles;
	struct row half[2];

	halve(division, &rows->at[i], half);
	memmove(&rows->at[i + 2], &rows->at[i + 1], (rows->count - i - 1) * sizeof(*rows->at));
	memcpy(&rows->at[i], half, sizeof(half));
	rows->count++;
	for (size_t at = i + 2, steps = 0; steps < 3; steps++, at--) {
		if (at == 0 || at >= rows->count || !joins(tiles, &rows->at[at - 1], &rows->at[at]))
			continue;
		rows->at[at - 1].end = rows->at[at].end;
		memmove(&rows->at[at], &rows->at[at + 1],
			(rows->count - at - 1) * sizeof(*rows->at));
		rows->count--;
	}
}

/* Whether splitting line `i` takes no line more: a half goes to a neighbour. */
static bool splits_free(const struct division *division, size_t i)
{
	const struct rows *rows = division->rows;
	struct row half[2];

	halve(division, &rows->at[i], half);
	return (i > 0 && joins(division->tiles, &rows->at[i - 1], &half[0])) ||
	       (i + 1 < rows->count && joins(division->tiles, &half[1], &rows->at[i + 1]));
}

/* The line that most wants to be split; the count where none does. */
static size_t choose(const struct division *division)
{
	const struct rows *rows = division->rows;
	bool full = rows->count >= division->limit;
	size_t best = rows->count;

	for (size_t i = 0; i < rows->count; i++)
		if (rows->at[i].weight &&
		    (best == rows->count || rows->at[i].weight > rows->at[best].weight) &&
		    (!full || splits_free(division, i)))
			best = i;
	return best;
}

void rows_make(struct rows *rows, const struct tiles *tiles, struct span range, size_t limit,
	       unsigned int columns, unsigned int least)
{
	struct division division = { rows, tiles, limit, columns, least };
	struct span block = rows_block(range);

	/* One more while a split is being joined to its neighbours. */
	rows->at = memory_array(NULL, limit + 2, sizeof(*rows->at));
	rows->at[0] = (struct row){ .start = block.start, .end = block.end };
	rows->count = 1;
	measure(&rows->at[0], tiles);
	weigh(&division, &rows->at[0]);
	for (size_t i = choose(&division); i < rows->count; i = choose(&division))
		split(&division, i);
}

bool rows_keep(struct rows *rows, const struct tiles *tiles)
{
	for (size_t i = 0; i < rows->count; i++) {
		bool folded = rows->at[i].folded;

		measure(&rows->at[i], tiles);
		if (folded && !rows->at[i].folded)
			return false;
		rows->at[i].folded = folded;
	}
	return true;
}

void rows_free(struct rows *rows)
{
	free(rows->at);
	*rows = (struct rows){ 0 };
}
