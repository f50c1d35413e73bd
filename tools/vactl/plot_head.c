/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <string.h>

#include "listing.h"
#include "plot_draw.h"
#include "plot_style.h"
#include "svg.h"

#define VISIBLE 1.5  /* pixels of the strip */
#define LABEL 72.0    /* pixels from one label of the axis to the next */
#define NARROW 720   /* too few pixels for a heading and its help on one line */
#define LOW_ORDER 12 /* where the logarithmic axis begins */

void draw_power(FILE *out, unsigned int order)
{
	fprintf(out, "2<tspan dy=\"-5\" font-size=\"9\">%u</tspan><tspan dy=\"5\">&#8203;</tspan>",
		order);
}

void draw_range(FILE *out, const char *what, uintptr_t start, uintptr_t end)
{
	char size[LISTING_SIZE_MAX];

	listing_human(end - start, size);
	fprintf(out, "%s 0x%" PRIxPTR "-0x%" PRIxPTR " (%s)", what, start, end, size);
}

void draw_title(FILE *out, const char *what, uintptr_t start, uintptr_t end)
{
	fputs("<title>", out);
	draw_range(out, what, start, end);
	fputs("</title>", out);
}

void draw_heading(struct drawing *drawing, const char *heading, const char *help)
{
	bool narrow = drawing->picture->width < NARROW;

	svg_text(drawing->out, "head", DRAW_MARGIN, drawing->y);
	fputs(heading, drawing->out);
	if (narrow) {
		svg_close(drawing->out, "text");
		drawing->y += 18;
		svg_text(drawing->out, "soft", DRAW_MARGIN, drawing->y);
	} else {
		fputs("<tspan class=\"soft\" font-weight=\"400\" dx=\"10\">", drawing->out);
	}
	fputs(help, drawing->out);
	if (!narrow)
		svg_close(drawing->out, "tspan");
	svg_close(drawing->out, "text");
	drawing->y += 16;
}

/* --- the heading --------------------------------------------------------- */

void draw_head(struct drawing *drawing)
{
	const struct picture *picture = drawing->picture;
	size_t length = strlen(picture->title), room = (size_t)(picture->width - 48) / 13;

	svg_text(drawing->out, "title", DRAW_MARGIN, DRAW_MARGIN + 16);
	svg_escape(drawing->out, picture->title, length > room ? room - 1 : length);
	fputs(length > room ? "&#8230;" : "", drawing->out);
	svg_close(drawing->out, "text");
	svg_text(drawing->out, "soft", DRAW_MARGIN, DRAW_MARGIN + 38);
	svg_escape(drawing->out, picture->facts, strlen(picture->facts));
	svg_close(drawing->out, "text");
	drawing->y = DRAW_MARGIN + 64;
}

struct sum {
	uint64_t bytes;
	size_t count;
};

static void draw_legend_item(struct drawing *drawing, double *x, enum look look,
			     const struct sum *sum)
{
	char size[LISTING_SIZE_MAX], text[96];
	double width;
	int length;

	listing_human(sum->bytes, size);
	length = snprintf(text, sizeof(text), "%s %s", look_name(look), size);
	if (!look_ground(look))
		length += snprintf(text + length, sizeof(text) - (size_t)length, " in %zu",
				   sum->count);
	width = 18 + 7.2 * length + 16;
	if (*x + width > drawing->picture->width - DRAW_MARGIN + 16 && *x > DRAW_MARGIN) {
		*x = DRAW_MARGIN;
		drawing->y += 22;
	}
	svg_rect(drawing->out, style_class(look), *x, drawing->y - 11, 12, 12);
	svg_close(drawing->out, "rect");
	svg_text(drawing->out, "item", *x + 18, drawing->y);
	svg_printf(drawing->out, "%s", text);
	svg_close(drawing->out, "text");
	*x += width;
}

/* What there is of each look, what is mapped first. */
void draw_legend(struct drawing *drawing)
{
	const struct tiles *tiles = drawing->picture->tiles;
	struct sum sum[LOOKS] = { 0 };
	double x = DRAW_MARGIN;

	for (size_t t = 0; t < tiles->count; t++) {
		sum[tiles->at[t].look].bytes += tiles->at[t].end - tiles->at[t].start;
		sum[tiles->at[t].look].count++;
	}
	for (int ground = 0; ground < 2; ground++)
		for (enum look look = LOOK_BEYOND; look < LOOKS; look++)
			if (sum[look].count && look_ground(look) == ground)
				draw_legend_item(drawing, &x, look, &sum[look]);
	drawing->y += 34;
}

/* --- all of user space, on a logarithmic axis ---------------------------- */

/* Linear inside each power of two, which is as wide as all others. */
static double logarithm(uintptr_t address)
{
	unsigned int order;

	if (address < (uintptr_t)1 << LOW_ORDER)
		return 0;
	order = 63 - (unsigned int)__builtin_clzll(address);
	return order - LOW_ORDER +
	       (double)(address - ((uintptr_t)1 << order)) / (double)((uintptr_t)1 << order);
}

struct axis {
	double x, scale;  /* pixels for a power of two */
	unsigned int top; /* the highest */
};

static double axis_place(const struct axis *axis, uintptr_t address)
{
	return axis->x + axis->scale * logarithm(address);
}

/* A stretch of one look on the strip, tiles joined that nobody could tell apart. */
struct stretch {
	enum look look;
	uintptr_t start, end; /* empty: there is none */
	double from, to;
};

static void draw_stretch(struct drawing *drawing, const struct stretch *stretch)
{
	if (stretch->start >= stretch->end)
		return;
	svg_rect(drawing->out, style_class(stretch->look), stretch->from, drawing->y,
		 stretch->to - stretch->from, DRAW_BAR);
	draw_title(drawing->out, look_name(stretch->look), stretch->start, stretch->end);
	svg_close(drawing->out, "rect");
}

/* Ground, or what is mapped, which is never too narrow to be seen. */
static void draw_strip(struct drawing *drawing, const struct axis *axis, bool ground)
{
	const struct tiles *tiles = drawing->picture->tiles;
	struct stretch stretch = { .start = 0 };

	for (size_t t = 0; t < tiles->count; t++) {
		const struct tile *tile = &tiles->at[t];
		double from = axis_place(axis, tile->start), to = axis_place(axis, tile->end);

		if (look_ground(tile->look) != ground || (ground && to - from < VISIBLE / 8))
			continue;
		if (!ground && to - from < VISIBLE)
			to = from + VISIBLE;
		if (stretch.end && stretch.look == tile->look && from < stretch.to + VISIBLE / 4) {
			stretch.end = tile->end;
			stretch.to = to;
			continue;
		}
		draw_stretch(drawing, &stretch);
		stretch = (struct stretch){ tile->look, tile->start, tile->end, from, to };
	}
	draw_stretch(drawing, &stretch);
}

/* Where the window lies: a bar above the strip for each span. */
static void draw_spans(struct drawing *drawing, const struct axis *axis)
{
	const struct spans *spans = &drawing->picture->spans;

	for (int i = 0; i < spans->count; i++) {
		struct span span = spans->at[i];
		double from = axis_place(axis, span.start), to = axis_place(axis, span.end);

		svg_rect(drawing->out, "window", from, drawing->y - 6, to - from, 4);
		draw_title(drawing->out, "window", span.start, span.end);
		svg_close(drawing->out, "rect");
	}
}

static void draw_axis(struct drawing *drawing, const struct axis *axis)
{
	char size[LISTING_SIZE_MAX];
	double y = drawing->y + DRAW_BAR;
	unsigned int step = axis->scale * 4 < LABEL ? 8 : 4;

	fputs("<path class=\"tick\" d=\"", drawing->out);
	for (unsigned int order = LOW_ORDER; order <= axis->top; order++)
		fprintf(drawing->out, "M%d %dv%d", (int)axis_place(axis, (uintptr_t)1 << order),
			(int)y, order % 4 ? 3 : 6);
	fputs("\"/>\n", drawing->out);
	for (unsigned int order = LOW_ORDER; order <= axis->top; order += step) {
		listing_human((uint64_t)1 << order, size);
		svg_text(drawing->out, "note", axis_place(axis, (uintptr_t)1 << order), y + 20);
		draw_power(drawing->out, order);
		fprintf(drawing->out, " %s", size);
		svg_close(drawing->out, "text");
	}
}

void draw_overview(struct drawing *drawing)
{
	uintptr_t end = tiles_end(drawing->picture->tiles);
	struct axis axis = { .x = DRAW_MARGIN, .top = LOW_ORDER + 1 };

	while (axis.top < 63 && (uintptr_t)1 << axis.top < end)
		axis.top++;
	axis.scale = (drawing->picture->width - 2 * DRAW_MARGIN) / (axis.top - LOW_ORDER);
	draw_heading(drawing, "The whole address space",
		     "each power of two is equally wide; green: the window");
	drawing->y += 6;
	draw_spans(drawing, &axis);
	draw_strip(drawing, &axis, true);
	draw_strip(drawing, &axis, false);
	draw_axis(drawing, &axis);
	drawing->y += DRAW_BAR + 56;
}
