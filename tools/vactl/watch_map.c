/* SPDX-License-Identifier: MIT */
#include "core/size.h"
#include "screen.h"

#include <sys/syscall.h>

#define ADDRESS_WIDTH 13 /* 12 digits and a space */
#define LENGTH_WIDTH 7
#define NARROW 40        /* columns; fewer have no room for lengths */
#define CLOSER 3         /* powers of two that a closer look shows more */

void map_open(struct map *map, int pid)
{
	/* Before the look: the descriptor is then of the process that is read. */
	*map = (struct map){ .fd = (int)syscall(SYS_pidfd_open, pid, 0) };
	snapshot_take(pid, &map->snapshot);
	map->closeup[0].span = (struct span){ 0, regions_end(&map->snapshot.regions) };
}

void map_close(struct map *map)
{
	if (map->fd >= 0)
		close(map->fd);
	snapshot_free(&map->snapshot);
	memory_drop(&map->lines);
}

void map_look(struct map *map)
{
	if (!*map->snapshot.why && !snapshot_next(&map->snapshot))
		map->snapshot.rates.known = false;
}

/* --- the map ---------------------------------------------------------------- */

/* Keeps the lines while they serve, since a map that jumps is hard to read. */
static void update_lines(struct map *map, int height, int width)
{
	unsigned int least = 1U << (map->depth * CLOSER < 12 ? map->depth * CLOSER : 12);

	if (map->lines.count && map->height == height && map->width == width &&
	    lines_keep(&map->lines, &map->snapshot.regions))
		return;
	memory_drop(&map->lines);
	lines_make(&map->lines, &map->snapshot.regions, map->closeup[map->depth].span,
		   (size_t)height, (unsigned int)width, least);
	map->height = height;
	map->width = width;
}

static size_t chosen_line(const struct map *map)
{
	for (size_t i = 0; i < map->lines.count; i++)
		if (map->chosen < map->lines.at[i].end)
			return i;
	return map->lines.count - 1;
}

static void draw_folded(const struct map *map, const struct map_line *line, int row)
{
	static const struct region nothing = { .look = LOOK_BEYOND };
	const struct regions *regions = &map->snapshot.regions;
	const struct region *region = line->main < regions->count ? &regions->at[line->main] :
								    &nothing;
	bool named = region->vma && *region->vma->name && !look_ground(region->look);
	SCOPED char *text = memory_text("~~~ %s%s%s ~~~", look_styles[region->look].name,
					named ? " " : "", named ? region->vma->name : "");

	screen_put_look(row, ADDRESS_WIDTH, map->width, region->look, text);
}

static void draw_line(const struct map *map, const struct map_line *line, int row, bool chosen)
{
	attr_t style = chosen ? A_REVERSE : line->folded ? A_DIM : A_NORMAL;
	SCOPED struct cell *cell = NULL;

	screen_put(row, 0, style, "%012" PRIxPTR, line->start);
	if (COLS >= NARROW)
		screen_put(row, ADDRESS_WIDTH + map->width, style, "%*s", LENGTH_WIDTH,
			   human(line->end - line->start).text);
	if (line->folded) {
		draw_folded(map, line, row);
		return;
	}
	cell = memory_array(NULL, (size_t)map->width, sizeof(*cell));
	cells_fill(cell, (unsigned int)map->width, &map->snapshot.regions, line);
	for (int i = 0; i < map->width; i++)
		screen_cell(row, ADDRESS_WIDTH + i, &cell[i], chosen);
}

/* --- the texts around it ---------------------------------------------------- */

static void draw_facts(const struct map *map, int row)
{
	const struct table *table = reader_table(&map->snapshot.reading);

	if (!table)
		screen_put(row, 0, A_NORMAL, "not confined");
	else
		screen_put(row, 0, A_NORMAL, "window %s  reach %s  fence %s",
			   word_window(table).text, reach_names[table->reach],
			   fence_names[table->fence]);
}

static void draw_use(const struct map *map, int row)
{
	const struct usage *window = &map->snapshot.totals.window;
	unsigned int share = total_share(window->used, window->size);

	screen_put(row, 0, A_NORMAL, "%s in use (%u.%u%%)  largest gap %s at 0x%" PRIxPTR
		   "  %s", human(window->used).text, share / 10, share % 10,
		   human(span_length(window->largest)).text, window->largest.start,
		   counted(map->snapshot.totals.mappings, "mapping", "mappings").text);
}

static void draw_rates(const struct map *map, int row)
{
	int column = screen_put(row, 0, A_NORMAL, "a second: ");

	for (enum rate rate = 0; rate < RATES; rate++) {
		column += screen_put(row, column, A_DIM, "%s ", rate_names[rate]);
		column += screen_put(row, column, A_BOLD, "%-5s ",
				     rate_text(&map->snapshot.rates, rate).text);
	}
}

/* Draws the chosen line's number of mappings, and the largest. */
static void draw_chosen(const struct map *map, int row)
{
	const struct regions *regions = &map->snapshot.regions;
	const struct map_line *line = &map->lines.at[chosen_line(map)];
	const struct region *largest = NULL;
	size_t count = 0;

	for (size_t r = line->region; regions_reach(regions, r, line->end); r++) {
		const struct region *region = &regions->at[r];

		if (look_ground(region->look))
			continue;
		count++;
		if (!largest || region_size(region) > region_size(largest))
			largest = region;
	}
	if (largest)
		screen_put(row, 0, A_BOLD, "> %zu mapped, largest %" PRIxPTR "-%" PRIxPTR
			   " %s %s %s", count, largest->start, largest->end,
			   human(region_size(largest)).text,
			   look_styles[largest->look].name,
			   largest->vma ? largest->vma->name : "");
	else
		screen_put(row, 0, A_BOLD, "> nothing mapped");
}

static void draw_sums(const struct map *map, int row)
{
	struct look_sum sum[LOOKS];
	size_t count = regions_sum(&map->snapshot.regions, sum);
	int column = 0;

	for (size_t i = 0; i < count; i++) {
		struct cell cell = { .look = sum[i].look,
				     .fill = look_ground(sum[i].look) ? 0 : 8 };

		/* Most of user space is nothing to use the screen's room for. */
		if (cell.look == LOOK_BEYOND)
			continue;
		screen_cell(row, column, &cell, false);
		column += 1 + screen_put(row, column + 1, A_NORMAL, " %s %s ",
					 look_styles[cell.look].brief, human(sum[i].bytes).text);
	}
}

static void draw_bottom(const struct map *map, int row)
{
	if (map->said)
		screen_put(row, 0, A_BOLD, "%s", map->said);
	else if (*map->snapshot.why)
		screen_put(row, 0, SCREEN_TITLE, "%s", map->snapshot.why);
	else if (!map->snapshot.reading.consistent)
		screen_put(row, 0, A_BOLD,
			   "the table changes all the time: shown is what stays");
	else
		screen_put(row, 0, A_DIM,
			   "q end  ? help  up/down choose  Enter closer  %sSpace stop",
			   map->depth ? "Backspace farther  " : "");
}

/* The texts, with the least height of a screen that has each: the map needs room first.
 * Texts below the map have their distance from the bottom. */
static const struct {
	int least, from_bottom;
	void (*draw)(const struct map *map, int row);
} texts[] = {
	{ 14, 0, draw_facts }, { 10, 0, draw_use }, { 12, 0, draw_rates },
	{ 6, 3, draw_chosen }, { 6, 2, draw_sums }, { 2, 1, draw_bottom },
};

void map_draw(struct map *map, bool paused)
{
	int height = LINES, width = COLS - ADDRESS_WIDTH, row = 1;
	int bottom = height > 5 ? height - 3 : height - 1;

	screen_put(0, 0, SCREEN_TITLE, " PID %d  %s%s%*s", map->snapshot.reading.pid,
		   paused ? "[stopped]  " : "", map->snapshot.title.text, COLS, "");
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		if (height >= texts[i].least && !texts[i].from_bottom)
			texts[i].draw(map, row++);
	/* A multiple of 8 columns makes ticks whole cells. */
	if (COLS >= NARROW)
		width -= LENGTH_WIDTH + (width - LENGTH_WIDTH) % 8;
	if (width >= 4 && bottom > row) {
		update_lines(map, bottom - row, width);
		for (size_t i = 0; i < map->lines.count; i++)
			draw_line(map, &map->lines.at[i], row + (int)i, i == chosen_line(map));
	}
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		if (height >= texts[i].least && texts[i].from_bottom &&
		    (map->lines.count || texts[i].draw != draw_chosen))
			texts[i].draw(map, height - texts[i].from_bottom);
}

/* --- keys ------------------------------------------------------------------- */

static void go_closer(struct map *map)
{
	const struct map_line *line = &map->lines.at[chosen_line(map)];

	if (line->folded)
		map->said = "folded: alike from end to end, there is nothing closer to see";
	else if (map->depth + 1 == MAP_DEPTH_MAX)
		map->said = "this is as close as it goes";
	if (map->said)
		return;
	map->closeup[map->depth].chosen = map->chosen;
	map->closeup[++map->depth].span = (struct span){ line->start, line->end };
	map->chosen = line->start;
	memory_drop(&map->lines);
}

static void go_farther(struct map *map)
{
	map->chosen = map->closeup[--map->depth].chosen;
	memory_drop(&map->lines);
}

bool map_key(struct map *map, int key)
{
	long last = (long)map->lines.count - 1;

	map->said = NULL;
	if (key == KEY_BACKSPACE && !map->depth)
		return false;
	if (last < 0)
		return true;
	if (key == KEY_ENTER)
		go_closer(map);
	else if (key == KEY_BACKSPACE)
		go_farther(map);
	else
		map->chosen = map->lines.at[screen_move(key, (long)chosen_line(map), last,
							last)].start;
	return true;
}
