/* SPDX-License-Identifier: MIT */
#include "tiles.h"

#include <stdlib.h>

#include "core/window.h"
#include "message.h"
#include "names.h"
#include "pieces.h"

void tiles_add(struct tiles *tiles, const struct tile *tile)
{
	if (tile->start >= tile->end)
		return;
	if (tiles->count == tiles->room) {
		tiles->room = tiles->room * 2 + 64;
		tiles->at = memory_array(tiles->at, tiles->room, sizeof(*tiles->at));
	}
	tiles->at[tiles->count++] = *tile;
}

/* The next bound of a span above `at`, at most `end`. */
static uintptr_t next_bound(const struct spans *spans, uintptr_t at, uintptr_t end)
{
	for (int i = 0; i < spans->count; i++) {
		if (spans->at[i].start > at && spans->at[i].start < end)
			end = spans->at[i].start;
		if (spans->at[i].end > at && spans->at[i].end < end)
			end = spans->at[i].end;
	}
	return end;
}

static bool holds(const struct spans *spans, uintptr_t address)
{
	for (int i = 0; i < spans->count; i++)
		if (spans->at[i].start <= address && address < spans->at[i].end)
			return true;
	return false;
}

/* What is free up to `end`, cut where the window begins or ends. */
static void add_free(struct tiles *tiles, const struct spans *spans, uintptr_t end)
{
	for (uintptr_t at = tiles_end(tiles); at < end; at = tiles_end(tiles)) {
		struct tile tile = {
			.start = at, .end = next_bound(spans, at, end),
			.look = holds(spans, at) ? LOOK_ROOM : LOOK_BEYOND,
		};

		tiles_add(tiles, &tile);
	}
}

static enum look look_piece(const struct piece *piece, const struct spans *spans)
{
	static const enum look looks[KIND_NAMES] = {
		[KIND_GUEST] = LOOK_GUEST, [KIND_HOST] = LOOK_HOST, [KIND_FOREIGN] = LOOK_FOREIGN,
		[KIND_FENCE] = LOOK_FENCE, [KIND_GUARD] = LOOK_GUARD, [KIND_OWN] = LOOK_OWN,
		[KIND_UNKNOWN] = LOOK_UNKNOWN,
	};
	enum look look = looks[piece_kind(piece)];

	if (look == LOOK_GUEST && (!holds(spans, piece->start) || !holds(spans, piece->end - 1)))
		return LOOK_ESCAPE;
	return look;
}

/* Windows that hold nothing are to be seen too: by what is free in them. */
static void seek_room(struct tiles *tiles, const struct spans *spans)
{
	for (int i = 0; i < spans->count; i++) {
		struct tile *largest = NULL;

		for (size_t t = 0; t < tiles->count; t++) {
			struct tile *tile = &tiles->at[t];

			if (tile->look == LOOK_ROOM && tile->start >= spans->at[i].start &&
			    tile->end <= spans->at[i].end &&
			    (!largest || tile->end - tile->start > largest->end - largest->start))
				largest = tile;
		}
		if (largest)
			largest->sought = true;
	}
}

static uintptr_t find_top(const struct table *table, const struct vmas *vmas)
{
	uintptr_t top = table->top;

	/* [vsyscall] is in the kernel's half. */
	for (size_t v = vmas->count; !top && v-- > 0;)
		if (vmas->line[v].end <= TILES_TOP)
			top = vmas->line[v].end;
	return top > TILES_TOP ? TILES_TOP : top;
}

void tiles_make(struct tiles *tiles, const struct table *table,
		const struct intervals *intervals, const struct vmas *vmas)
{
	uintptr_t top = find_top(table, vmas);
	struct window window = { table->lower, table->upper };
	struct spans spans = window_spans(&window, table->min, table->top ? top : 0);
	struct pieces pieces;
	struct piece piece;

	*tiles = (struct tiles){ 0 };
	pieces_start(&pieces, intervals, vmas);
	while (pieces_next(&pieces, &piece) && piece.start < top) {
		struct tile tile = {
			.start = piece.start, .end = piece.end < top ? piece.end : top,
			.look = look_piece(&piece, &spans),
			.entry = piece.entry, .vma = piece.vma,
		};

		tile.sought = !look_ground(tile.look);
		add_free(tiles, &spans, tile.start);
		tiles_add(tiles, &tile);
	}
	add_free(tiles, &spans, top);
	seek_room(tiles, &spans);
}

void tiles_free(struct tiles *tiles)
{
	free(tiles->at);
	*tiles = (struct tiles){ 0 };
}

uintptr_t tiles_end(const struct tiles *tiles)
{
	return tiles->count ? tiles->at[tiles->count - 1].end : 0;
}

size_t tiles_seek(const struct tiles *tiles, uintptr_t address)
{
	size_t low = 0, high = tiles->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (tiles->at[middle].end <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const char *look_name(enum look look)
{
	static const char *const names[LOOKS] = {
		[LOOK_BEYOND] = "free, outside", [LOOK_ROOM] = "free in the window",
		[LOOK_FENCE] = "fence", [LOOK_GUARD] = "guard", [LOOK_GUEST] = "guest",
		[LOOK_ESCAPE] = "guest, outside", [LOOK_HOST] = "host",
		[LOOK_FOREIGN] = "foreign", [LOOK_OWN] = "the library's own",
		[LOOK_UNKNOWN] = "unknown", [LOOK_STAYED] = "stayed", [LOOK_CAME] = "came",
		[LOOK_WENT] = "went", [LOOK_CHANGED] = "changed",
	};

	return names[look];
}
