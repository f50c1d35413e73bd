/* SPDX-License-Identifier: MIT */
#include "watch_map.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "listing.h"
#include "message.h"
#include "names.h"
#include "screen.h"

#define ADDRESS_WIDTH 13 /* 12 digits and a space */
#define LENGTH_WIDTH 7
#define NARROW 40        /* columns, in fewer there is no room for lengths */
#define TEXT_MAX 256
#define CLOSER 3         /* powers of two that a closer look shows more */

void map_open(struct map *map, int pid)
{
	*map = (struct map){ .pid = pid, .sight.reading.core.fd = -1 };
	/* Before the look: a process that ends in between is not another's number. */
	map->fd = (int)syscall(SYS_pidfd_open, pid, 0);
	sight_take(pid, &map->sight);
	map->closeup[0].span = (struct span){ 0, tiles_end(&map->sight.tiles) };
}

void map_close(struct map *map)
{
	if (map->fd >= 0)
		close(map->fd);
	sight_free(&map->sight);
	rows_free(&map->rows);
}

void map_look(struct map *map)
{
	struct sight sight;

	if (map->over)
		return;
	sight_take(map->pid, &sight);
	if (sight.reading.state != READER_GOOD) {
		sight_why(&sight, map->why);
		map->over = true;
		map->rates.known = false;
		sight_free(&sight);
		return;
	}
	rates_between(&map->sight.reading.table, &sight.reading.table,
		      sight.when - map->sight.when, &map->rates);
	sight_free(&map->sight);
	map->sight = sight;
}

/* --- lines and cells -------------------------------------------------------- */

/* Lines stay where they are as long as they serve: what jumps cannot be read. */
static void update_rows(struct map *map, int lines, int columns)
{
	unsigned int least = 1U << (map->depth * CLOSER < 12 ? map->depth * CLOSER : 12);

	if (map->rows.count && map->lines == lines && map->columns == columns &&
	    rows_keep(&map->rows, &map->sight.tiles))
		return;
	rows_free(&map->rows);
	rows_make(&map->rows, &map->sight.tiles, map->closeup[map->depth].span, (size_t)lines,
		  (unsigned int)columns, least);
	map->lines = lines;
	map->columns = columns;
}

static size_t chosen_row(const struct map *map)
{
	for (size_t i = 0; i < map->rows.count; i++)
		if (map->chosen < map->rows.at[i].end)
			return i;
	return map->rows.count - 1;
}

static const struct tile *tile_at(const struct map *map, size_t t)
{
	return t < map->sight.tiles.count ? &map->sight.tiles.at[t] : NULL;
}

static void draw_folded(const struct map *map, const struct row *row, int line, int columns)
{
	const struct tile *tile = tile_at(map, row->main);
	char text[TEXT_MAX], name[TEXT_MAX] = "";

	if (tile && tile->vma && tile->vma->name_length && !look_ground(tile->look))
		snprintf(name, sizeof(name), " %.*s", (int)tile->vma->name_length,
			 tile->vma->name);
	snprintf(text, sizeof(text), "~~~ %s%.200s ~~~", look_name(tile ? tile->look : LOOK_BEYOND),
		 name);
	screen_put_look(line, ADDRESS_WIDTH, columns, tile ? tile->look : LOOK_BEYOND, text);
}

static void draw_row(const struct map *map, const struct row *row, int line, int columns,
		     bool chosen)
{
	enum screen_style style = chosen ? STYLE_CHOSEN : row->folded ? STYLE_SOFT : STYLE_PLAIN;
	char text[TEXT_MAX], size[LISTING_SIZE_MAX];
	struct cell *cell;

	snprintf(text, sizeof(text), "%012" PRIxPTR, row->start);
	screen_put(line, 0, ADDRESS_WIDTH - 1, style, text);
	listing_human(row->end - row->start, size);
	snprintf(text, sizeof(text), "%*s", LENGTH_WIDTH, size);
	screen_put(line, ADDRESS_WIDTH + columns, LENGTH_WIDTH, style, text);
	if (row->folded) {
		draw_folded(map, row, line, columns);
		return;
	}
	cell = memory_array(NULL, (size_t)columns, sizeof(*cell));
	cells_fill(cell, (unsigned int)columns, &map->sight.tiles, row);
	for (int i = 0; i < columns; i++)
		screen_cell(line, ADDRESS_WIDTH + i, &cell[i], chosen);
	free(cell);
}

/* --- what stands around them ------------------------------------------------ */

static void draw_title(const struct map *map, bool paused)
{
	int width = screen_columns();
	char text[TEXT_MAX + 64];

	snprintf(text, sizeof(text), " PID %d  %s%s%*s", map->pid, paused ? "[stopped]  " : "",
		 map->sight.title, width, "");
	screen_put(0, 0, width, STYLE_TITLE, text);
}

static int draw_facts(const struct map *map, int line)
{
	const struct table *table = &map->sight.reading.table;
	char text[TEXT_MAX], window[NAME_WINDOW_MAX];

	name_window(table, window);
	snprintf(text, sizeof(text), "window %s  reach %s  fence %s", window,
		 name_reach(table->reach), name_fence(table->fence));
	screen_put(line, 0, screen_columns(), STYLE_PLAIN, text);
	return line + 1;
}

static int draw_use(const struct map *map, int line)
{
	const struct totals *totals = &map->sight.totals;
	const struct usage *window = &totals->window;
	unsigned int share = total_share(window->used, window->size);
	char text[TEXT_MAX], used[LISTING_SIZE_MAX], gap[LISTING_SIZE_MAX];

	listing_human(window->used, used);
	listing_human(window->largest.end - window->largest.start, gap);
	snprintf(text, sizeof(text), "%s in use (%u.%u%%)  largest gap %s at 0x%" PRIxPTR
		 "  %" PRIu64 " mappings", used, share / 10, share % 10, gap,
		 window->largest.start, totals->mappings);
	screen_put(line, 0, screen_columns(), STYLE_PLAIN, text);
	return line + 1;
}

static int draw_rates(const struct map *map, int line)
{
	int column = screen_put(line, 0, screen_columns(), STYLE_PLAIN, "a second: ");
	char text[TEXT_MAX], number[RATE_MAX];

	for (enum rate rate = 0; rate < RATES; rate++) {
		rate_text(&map->rates, rate, number);
		snprintf(text, sizeof(text), "%s ", rate_name(rate));
		column += screen_put(line, column, screen_columns() - column, STYLE_SOFT, text);
		snprintf(text, sizeof(text), "%-5s ", number);
		column += screen_put(line, column, screen_columns() - column, STYLE_STRONG, text);
	}
	return line + 1;
}

/* The kinds that there are, with their sums: the map's legend. */
static void draw_legend(const struct map *map, int line)
{
	uint64_t bytes[LOOKS] = { 0 };
	int column = 0;

	for (size_t t = 0; t < map->sight.tiles.count; t++)
		bytes[map->sight.tiles.at[t].look] += map->sight.tiles.at[t].end -
						      map->sight.tiles.at[t].start;
	for (int ground = 0; ground < 2; ground++)
		for (enum look look = LOOK_BEYOND; look < LOOKS; look++) {
			struct cell cell = { .look = look, .fill = look_ground(look) ? 0 : 8 };
			char text[TEXT_MAX], size[LISTING_SIZE_MAX];

			if (look_ground(look) != ground || !bytes[look] || look == LOOK_BEYOND)
				continue;
			listing_human(bytes[look], size);
			snprintf(text, sizeof(text), " %s %s ",
				 look == LOOK_ROOM ? "free" : look == LOOK_OWN ? "own" :
				 look_name(look), size);
			screen_cell(line, column, &cell, false);
			column += 1 + screen_put(line, column + 1, screen_columns() - column - 1,
						 STYLE_PLAIN, text);
		}
}

/* What is in the chosen line: the largest mapping, and how many there are. */
static void draw_chosen(const struct map *map, const struct row *row, int line)
{
	const struct tiles *tiles = &map->sight.tiles;
	const struct tile *largest = NULL;
	char text[TEXT_MAX], size[LISTING_SIZE_MAX];
	size_t count = 0;

	for (size_t t = row->tile; t < tiles->count && tiles->at[t].start < row->end; t++) {
		const struct tile *tile = &tiles->at[t];

		if (look_ground(tile->look))
			continue;
		count++;
		if (!largest || tile->end - tile->start > largest->end - largest->start)
			largest = tile;
	}
	if (!largest) {
		snprintf(text, sizeof(text), "> nothing mapped");
	} else {
		listing_human(largest->end - largest->start, size);
		snprintf(text, sizeof(text), "> %zu mapped, largest %" PRIxPTR "-%" PRIxPTR
			 " %s %s %.*s", count, largest->start, largest->end, size,
			 look_name(largest->look),
			 largest->vma ? (int)largest->vma->name_length : 0,
			 largest->vma ? largest->vma->name : "");
	}
	screen_put(line, 0, screen_columns(), STYLE_STRONG, text);
}

static void draw_bottom(const struct map *map, int line)
{
	if (map->over)
		screen_put(line, 0, screen_columns(), STYLE_TITLE, map->why);
	else if (!map->sight.reading.consistent)
		screen_put(line, 0, screen_columns(), STYLE_STRONG,
			   "the table changes all the time: shown is what stays");
	else
		screen_put(line, 0, screen_columns(), STYLE_SOFT, map->depth ?
			   "q end  up/down choose  Enter closer  Backspace farther  Space stop" :
			   "q end  up/down choose  Enter closer  Space stop");
}

void map_draw(struct map *map, bool paused)
{
	int lines = screen_lines(), columns = screen_columns() - ADDRESS_WIDTH;
	int line = 1, bottom = lines > 5 ? lines - 3 : lines - 1;
	size_t chosen;

	draw_title(map, paused);
	/* The map comes first where there is little room. */
	if (lines >= 14)
		line = draw_facts(map, line);
	if (lines >= 10)
		line = draw_use(map, line);
	if (lines >= 12)
		line = draw_rates(map, line);
	if (screen_columns() >= NARROW)
		columns -= LENGTH_WIDTH + (columns - LENGTH_WIDTH) % 8;
	if (columns >= 4 && bottom > line) {
		update_rows(map, bottom - line, columns);
		chosen = chosen_row(map);
		for (size_t i = 0; i < map->rows.count; i++)
			draw_row(map, &map->rows.at[i], line + (int)i, columns, i == chosen);
		if (lines > 5)
			draw_chosen(map, &map->rows.at[chosen], lines - 3);
	}
	if (lines > 5)
		draw_legend(map, lines - 2);
	if (lines > 1)
		draw_bottom(map, lines - 1);
}

/* --- keys ------------------------------------------------------------------- */

/* Moves by lines, as far as there are any. */
static void move(struct map *map, long by)
{
	long to = (long)chosen_row(map) + by, last = (long)map->rows.count - 1;

	map->chosen = map->rows.at[to < 0 ? 0 : to > last ? last : to].start;
}

static void go(struct map *map, int by)
{
	const struct row *row = &map->rows.at[chosen_row(map)];

	if (by > 0) {
		if (row->folded || map->depth + 1 == MAP_DEPTH_MAX)
			return;
		map->closeup[map->depth].chosen = map->chosen;
		map->closeup[++map->depth].span = (struct span){ row->start, row->end };
		map->chosen = row->start;
	} else {
		map->chosen = map->closeup[--map->depth].chosen;
	}
	rows_free(&map->rows);
	map->lines = 0;
}

bool map_key(struct map *map, int key)
{
	if (key == SCREEN_BACK && !map->depth)
		return false;
	if (!map->rows.count)
		return true;
	switch (key) {
	case SCREEN_UP: move(map, -1); break;
	case SCREEN_DOWN: move(map, 1); break;
	case SCREEN_PAGE_UP: case SCREEN_FIRST: move(map, -1000000); break;
	case SCREEN_PAGE_DOWN: case SCREEN_LAST: move(map, 1000000); break;
	case SCREEN_ENTER: go(map, 1); break;
	case SCREEN_BACK: go(map, -1); break;
	}
	return true;
}
