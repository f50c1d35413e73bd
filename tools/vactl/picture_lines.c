/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "marks.h"
#include "message.h"
#include "names.h"
#include "picture.h"
#include "svg.h"

#define LEFT 116.0   /* for an address of 12 digits */
#define RIGHT 92.0   /* for "2^47 = 128T" */
#define BAR_STEP 20.0
#define FOLD 13.0
#define FOLD_STEP 18.0
#define NAME_LETTER 6.6 /* no letter of a name is much wider */

/* The title of a region: all that is known of it. From malloc. */
static char *region_title(const struct picture *picture, const struct region *region)
{
	const struct procmaps_line *vma = region->vma, *owner;
	uint64_t caller = region_caller(region);
	char *title = NULL;
	size_t length;
	FILE *text = memory_stream(&title, &length);

	fprintf(text, RANGE_FORMAT,
		RANGE(look_styles[region->look].name, region->start, region->end));
	if (vma)
		fprintf(text, " %s%s%s", word_permissions(vma).text, *vma->name ? "\n" : "",
			vma->name);
	if (caller) {
		owner = vmas_find(&picture->reading->vmas, caller);
		fprintf(text, "\nmapped from 0x%" PRIx64, caller);
		if (owner && *owner->name)
			fprintf(text, " in %s", owner->name);
		fprintf(text, ", operation %" PRIu32, region->entry->info.when);
	}
	memory_stream_close(text);
	return title;
}

static char *mark_title(const struct picture *picture, const struct mark *mark)
{
	if (mark->count == 1)
		return region_title(picture, &picture->regions.at[mark->region]);
	return memory_text("%zu mappings of %s, most of them %s, in" RANGE_FORMAT, mark->count,
			   human(mark->bytes).text, look_styles[mark->look].name,
			   RANGE("", mark->start, mark->end));
}

/* Ground goes on under marks. A part too narrow to be hit goes to the next. */
static void draw_ground(struct drawing *drawing, const struct bar *bar)
{
	const struct regions *regions = &drawing->picture->regions;
	const struct map_line *line = &bar->line;
	double x = 0, to;

	for (size_t r = line->region; r < regions->count && x < bar->width; r++) {
		const struct region *region = &regions->at[r];
		const struct look_style *style = &look_styles[region->look];

		to = bar->width *
		     (region->end < line->end ? bar->scale(line, region->end) : 1);
		if (!look_ground(region->look) || (to - x < DRAW_LEAST && to < bar->width))
			continue;
		svg_rect(drawing->out, style->class, bar->x + x, drawing->y, to - x, DRAW_BAR,
			 memory_text(RANGE_FORMAT, RANGE(style->name, region->start, region->end)));
		x = to;
	}
}

/* The last part of a file's name, if the mark has room for it. */
static void draw_name(struct drawing *drawing, const struct bar *bar, const struct mark *mark)
{
	const struct procmaps_line *vma = drawing->picture->regions.at[mark->region].vma;
	const char *name;

	if (!bar->detailed || mark->count > 1 || !vma || !*vma->name)
		return;
	name = strrchr(vma->name, '/');
	name = name ? name + 1 : vma->name;
	if (mark->to - mark->from >= NAME_LETTER * (double)strlen(name) + 8)
		svg_text(drawing->out, "name", bar->x + mark->from + 4,
			 drawing->y + DRAW_BAR - 4.5, name);
}

/* Draws a rectangle of the class "mark", with a title, which is freed. */
static void draw_mark(struct drawing *drawing, enum look look, double x, double y, double width,
		      double height, char *title)
{
	char class[32];

	snprintf(class, sizeof(class), "mark %s", look_styles[look].class);
	svg_rect(drawing->out, class, x, y, width, height, title);
}

/* A path of a class: `shape` at the first eighth of a bar, and each `step` further. */
static void draw_paths(struct drawing *drawing, const char *class, double x, double width, int step,
		       double y, const char *shape)
{
	fprintf(drawing->out, "<path class=\"%s\" d=\"", class);
	for (int i = 1; i < 8; i += step)
		fprintf(drawing->out, "M%d %d%s", (int)(x + width * i / 8), (int)y, shape);
	fputs("\"/>\n", drawing->out);
}

void draw_bar(struct drawing *drawing, const struct bar *bar)
{
	struct marks marks;
	struct mark mark;

	draw_ground(drawing, bar);
	/* Eighths of a block are powers of two. */
	if (bar->detailed)
		draw_paths(drawing, "mesh", bar->x, bar->width, 1, drawing->y, "v16");
	marks_start(&marks, &drawing->picture->regions, &bar->line, bar->width, DRAW_LEAST);
	marks.scale = bar->scale;
	while (marks_next(&marks, &mark)) {
		/* A hair of ground between neighbours, if there is room. */
		double width = mark.to - mark.from, gap = width > 2 * DRAW_LEAST ? 0.5 : 0;

		draw_mark(drawing, mark.look, bar->x + mark.from, drawing->y + 1, width - gap,
			  DRAW_BAR - 2, mark_title(drawing->picture, &mark));
		draw_name(drawing, bar, &mark);
	}
}

/* --- the lines -------------------------------------------------------------- */

/* The width of the lines' bars, which begin at DRAW_MARGIN + LEFT. */
static double bar_width(const struct drawing *drawing)
{
	return drawing->picture->width - 2 * DRAW_MARGIN - LEFT - RIGHT;
}

static void draw_labels(struct drawing *drawing, const struct map_line *line, double y)
{
	double end = drawing->picture->width - DRAW_MARGIN;

	svg_text(drawing->out, line->folded ? "softcode end" : "code end", DRAW_MARGIN + LEFT - 10,
		 y, word_address(line->start).text);
	svg_text(drawing->out, "soft end", end, y, human(line->end - line->start).text);
	if (!line->folded)
		svg_markup(drawing->out, "item", end - RIGHT + 12, y, POWER_FORMAT,
			   line_order(line));
}

static void draw_block(struct drawing *drawing, const struct map_line *line)
{
	struct bar bar = {
		.line = *line, .x = DRAW_MARGIN + LEFT, .width = bar_width(drawing),
		.scale = line_scale, .detailed = true,
	};

	draw_labels(drawing, line, drawing->y + 12);
	draw_bar(drawing, &bar);
	drawing->y += BAR_STEP;
}

/* A line that tells its content, drawn as a bar broken in two places. */
static void draw_fold(struct drawing *drawing, const struct map_line *line)
{
	const struct picture *picture = drawing->picture;
	const struct region *region = &picture->regions.at[line->main];
	/* Only the looks of ground fill a line of several regions. */
	struct region ground = { .start = line->start, .end = line->end, .look = region->look };

	draw_labels(drawing, line, drawing->y + 11);
	draw_mark(drawing, region->look, DRAW_MARGIN + LEFT, drawing->y, bar_width(drawing), FOLD,
		  region_title(picture, look_ground(region->look) ? &ground : region));
	draw_paths(drawing, "break", DRAW_MARGIN + LEFT, bar_width(drawing), 6,
		   drawing->y + FOLD + 2, "l6 -17m4 0l-6 17");
	drawing->y += FOLD_STEP;
}

void draw_lines(struct drawing *drawing)
{
	const struct picture *picture = drawing->picture;
	struct span all = { 0, regions_end(&picture->regions) };
	struct lines lines;

	draw_heading(drawing, "What lies where",
		     "each line to its own scale, ticks at eighths; broken lines are folded");
	lines_make(&lines, &picture->regions, all, picture->lines, (unsigned int)bar_width(drawing),
		   (unsigned int)DRAW_LEAST);
	for (size_t i = 0; i < lines.count; i++) {
		const struct map_line *line = &lines.at[i];

		if (!line->folded)
			draw_block(drawing, line);
		else if (line->main < picture->regions.count)
			draw_fold(drawing, line);
		/* Else the rest of a block behind the last region. */
	}
	memory_drop(&lines);
}
