/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <string.h>

#include "listing.h"
#include "marks.h"
#include "plot_draw.h"
#include "plot_style.h"
#include "rows.h"
#include "svg.h"

#define LEFT 116.0   /* for an address of 12 digits */
#define RIGHT 92.0   /* for "2^47 = 128T" */
#define BAR_STEP 20.0
#define FOLD 13.0
#define FOLD_STEP 18.0
#define NAME_LETTER 6.6 /* no letter of a name is much wider */
#define LEAST 3.0    /* narrower can be seen and not hit with a mouse */

/* All that is known of a tile, a line each. */
static void put_tile(const struct picture *picture, FILE *out, const struct tile *tile)
{
	const struct procmaps_line *owner;
	char permissions[VMAS_PERM_MAX];
	uint64_t caller = tile->entry ? tile->entry->detail.caller : 0;

	draw_range(out, look_name(tile->look), tile->start, tile->end);
	if (tile->vma) {
		vmas_permissions(tile->vma, permissions);
		fprintf(out, " %s", permissions);
		if (tile->vma->name_length)
			putc('\n', out);
		svg_escape(out, tile->vma->name, tile->vma->name_length);
	}
	if (!caller)
		return;
	owner = picture->owners ? vmas_find(picture->owners, caller) : NULL;
	fprintf(out, "\nmapped from 0x%" PRIx64, caller);
	if (owner && owner->name_length) {
		fputs(" in ", out);
		svg_escape(out, owner->name, owner->name_length);
	}
	fprintf(out, ", operation %" PRIu32, tile->entry->detail.when);
}

static void put_mark_title(const struct picture *picture, FILE *out, const struct mark *mark)
{
	char size[LISTING_SIZE_MAX];

	fputs("<title>", out);
	if (mark->count == 1) {
		put_tile(picture, out, &picture->tiles->at[mark->tile]);
	} else {
		listing_human(mark->bytes, size);
		fprintf(out, "%zu mappings of %s, most of them %s, in", mark->count, size,
			look_name(mark->look));
		draw_range(out, "", mark->start, mark->end);
	}
	fputs("</title>", out);
}

/* Where the lines are drawn. */
static double bar_width(const struct drawing *drawing)
{
	return drawing->picture->width - 2 * DRAW_MARGIN - LEFT - RIGHT;
}

static double place(const struct drawing *drawing, const struct row *row, uintptr_t address)
{
	return DRAW_MARGIN + LEFT +
	       bar_width(drawing) * ((double)(address - row->start) /
				     (double)(row->end - row->start));
}

/* Ground goes on under what is mapped. What is too narrow to be hit is part of
 * the next. */
static void draw_ground(struct drawing *drawing, const struct row *row)
{
	const struct tiles *tiles = drawing->picture->tiles;
	uintptr_t from = row->start;

	for (size_t t = row->tile; t < tiles->count && from < row->end; t++) {
		const struct tile *tile = &tiles->at[t];
		uintptr_t end = tile->end < row->end ? tile->end : row->end;
		double x = place(drawing, row, from), to = place(drawing, row, end);

		if (!look_ground(tile->look) || (to - x < LEAST && end < row->end))
			continue;
		svg_rect(drawing->out, style_class(tile->look), x, drawing->y, to - x, DRAW_BAR);
		draw_title(drawing->out, look_name(tile->look), tile->start, tile->end);
		svg_close(drawing->out, "rect");
		from = end;
	}
}

/* The end of a file's name, where a mark has room for it. */
static void draw_name(struct drawing *drawing, const struct mark *mark)
{
	const struct procmaps_line *vma = drawing->picture->tiles->at[mark->tile].vma;
	const char *name;
	size_t length;

	if (mark->count > 1 || !vma || !vma->name_length)
		return;
	name = memrchr(vma->name, '/', vma->name_length);
	name = name ? name + 1 : vma->name;
	length = (size_t)(vma->name + vma->name_length - name);
	if (mark->to - mark->from < NAME_LETTER * (double)length + 8)
		return;
	svg_text(drawing->out, "name", DRAW_MARGIN + LEFT + mark->from + 4,
		 drawing->y + DRAW_BAR - 4.5);
	svg_escape(drawing->out, name, length);
	svg_close(drawing->out, "text");
}

static void draw_marks(struct drawing *drawing, const struct row *row)
{
	struct marks marks;
	struct mark mark;
	char class[32];

	marks_start(&marks, drawing->picture->tiles, row, bar_width(drawing), LEAST);
	while (marks_next(&marks, &mark)) {
		/* A hair of ground between neighbours, where there is room. */
		double width = mark.to - mark.from, gap = width > 2 * LEAST ? 0.5 : 0;

		snprintf(class, sizeof(class), "mark %s", style_class(mark.look));
		svg_rect(drawing->out, class, DRAW_MARGIN + LEFT + mark.from, drawing->y + 1,
			 width - gap, DRAW_BAR - 2);
		put_mark_title(drawing->picture, drawing->out, &mark);
		svg_close(drawing->out, "rect");
		draw_name(drawing, &mark);
	}
}

/* The ticks: eighths of a line, each a power of two. */
static void draw_mesh(struct drawing *drawing)
{
	fputs("<path class=\"mesh\" d=\"", drawing->out);
	for (int i = 1; i < 8; i++)
		fprintf(drawing->out, "M%d %dv%d",
			(int)(DRAW_MARGIN + LEFT + bar_width(drawing) * i / 8),
			(int)drawing->y, (int)DRAW_BAR);
	fputs("\"/>\n", drawing->out);
}

static void draw_labels(struct drawing *drawing, const struct row *row, double y)
{
	double end = drawing->picture->width - DRAW_MARGIN;
	char size[LISTING_SIZE_MAX];

	svg_text(drawing->out, row->folded ? "softcode end" : "code end", DRAW_MARGIN + LEFT - 10,
		 y);
	fprintf(drawing->out, "0x%012" PRIxPTR, row->start);
	svg_close(drawing->out, "text");
	listing_human(row->end - row->start, size);
	svg_text(drawing->out, "soft end", end, y);
	fputs(size, drawing->out);
	svg_close(drawing->out, "text");
	if (row->folded)
		return;
	svg_text(drawing->out, "item", end - RIGHT + 12, y);
	draw_power(drawing->out, rows_order(row));
	svg_close(drawing->out, "text");
}

static void draw_block(struct drawing *drawing, const struct row *row)
{
	draw_labels(drawing, row, drawing->y + 12);
	draw_ground(drawing, row);
	draw_mesh(drawing);
	draw_marks(drawing, row);
	drawing->y += BAR_STEP;
}

/* A line that says what is in it, with the marks of a bar broken in two. */
static void draw_fold(struct drawing *drawing, const struct row *row)
{
	const struct picture *picture = drawing->picture;
	struct tile nothing = { .start = row->start, .end = row->end, .look = LOOK_BEYOND };
	const struct tile *tile = row->main < picture->tiles->count ?
				  &picture->tiles->at[row->main] : &nothing;
	double x = DRAW_MARGIN + LEFT, width = bar_width(drawing);
	char class[32];

	snprintf(class, sizeof(class), "mark %s", style_class(tile->look));
	draw_labels(drawing, row, drawing->y + 11);
	svg_rect(drawing->out, class, x, drawing->y, width, FOLD);
	if (look_ground(tile->look)) {
		draw_title(drawing->out, look_name(tile->look), row->start, row->end);
	} else {
		fputs("<title>", drawing->out);
		put_tile(picture, drawing->out, tile);
		fputs("</title>", drawing->out);
	}
	svg_close(drawing->out, "rect");
	fputs("<path class=\"break\" d=\"", drawing->out);
	for (int i = 1; i < 8; i += 6)
		fprintf(drawing->out, "M%d %dl6 -17m4 0l-6 17", (int)(x + width * i / 8),
			(int)(drawing->y + FOLD + 2));
	fputs("\"/>\n", drawing->out);
	drawing->y += FOLD_STEP;
}

void draw_rows(struct drawing *drawing)
{
	const struct picture *picture = drawing->picture;
	struct span all = { 0, tiles_end(picture->tiles) };
	struct rows rows;

	draw_heading(drawing, "What lies where",
		     "each line to its own scale, ticks at eighths; broken lines are folded");
	rows_make(&rows, picture->tiles, all, picture->rows, (unsigned int)bar_width(drawing),
		  (unsigned int)LEAST);
	for (size_t i = 0; i < rows.count; i++) {
		/* Behind the last tile is nothing but the rest of a block. */
		if (rows.at[i].folded && rows.at[i].main == picture->tiles->count)
			continue;
		if (rows.at[i].folded)
			draw_fold(drawing, &rows.at[i]);
		else
			draw_block(drawing, &rows.at[i]);
	}
	rows_free(&rows);
}
