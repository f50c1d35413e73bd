/* SPDX-License-Identifier: MIT */
#include "picture.h"

#include "names.h"
#include "tools/vactl/picture_sheet.h"

#define LABEL 72.0   /* pixels from one label of the axis to the next */
#define NARROW 720   /* too few pixels for a heading and its help on one line */
#define LOW_ORDER 12 /* where the logarithmic axis begins */

static void put_style(FILE *out)
{
	fprintf(out, "<style>\n%s", picture_css);
	for (int look = 0; look < LOOKS; look++)
		fprintf(out, ".%s{fill:%s}\n", look_styles[look].class, look_styles[look].light);
	fprintf(out, "@media (prefers-color-scheme:dark){\n%s", picture_dark_css);
	for (int look = 0; look < LOOKS; look++)
		fprintf(out, ".%s{fill:%s}\n", look_styles[look].class, look_styles[look].dark);
	fprintf(out, "}\n</style>\n%s", picture_patterns_svg);
}

void draw_heading(struct drawing *drawing, const char *heading, const char *help)
{
	if (drawing->picture->width < NARROW) {
		svg_text(drawing->out, "head", DRAW_MARGIN, drawing->y, heading);
		drawing->y += 18;
		svg_text(drawing->out, "soft", DRAW_MARGIN, drawing->y, help);
	} else {
		svg_markup(drawing->out, "head", DRAW_MARGIN, drawing->y,
			   "%s<tspan class=\"soft\" font-weight=\"400\" dx=\"10\">%s</tspan>",
			   heading, help);
	}
	drawing->y += 16;
}

static void draw_title(struct drawing *drawing)
{
	const struct picture *picture = drawing->picture;
	size_t length = strlen(picture->title), room = (size_t)(picture->width - 48) / 13;
	bool cut = length > room;
	SCOPED char *title = memory_text("%.*s%s", (int)(cut ? room - 1 : length), picture->title,
				  cut ? "…" : "");

	svg_text(drawing->out, "title", DRAW_MARGIN, DRAW_MARGIN + 16, title);
	svg_text(drawing->out, "soft", DRAW_MARGIN, DRAW_MARGIN + 38, picture->facts);
	drawing->y = DRAW_MARGIN + 64;
}

/* --- the legend, with sums -------------------------------------------------- */

static void draw_legend_item(struct drawing *drawing, double *x, const struct look_sum *sum)
{
	const struct look_style *style = &look_styles[sum->look];
	char text[96];
	int length = snprintf(text, sizeof(text), look_ground(sum->look) ? "%s %s" : "%s %s in %zu",
			      style->name, human(sum->bytes).text, sum->count);
	double width = 18 + 7.2 * length + 16;

	if (*x + width > drawing->picture->width - DRAW_MARGIN + 16 && *x > DRAW_MARGIN) {
		*x = DRAW_MARGIN;
		drawing->y += 22;
	}
	svg_rect(drawing->out, style->class, *x, drawing->y - 11, 12, 12, NULL);
	svg_text(drawing->out, "item", *x + 18, drawing->y, text);
	*x += width;
}

static void draw_legend(struct drawing *drawing)
{
	struct look_sum sum[LOOKS];
	size_t count = regions_sum(&drawing->picture->regions, sum);
	double x = DRAW_MARGIN;

	for (size_t i = 0; i < count; i++)
		draw_legend_item(drawing, &x, &sum[i]);
	drawing->y += 34;
}

/* --- all of user space, on a logarithmic scale ------------------------------ */

/* An address on an axis of equally wide powers of two, linear inside each. */
static double orders_below(uintptr_t address)
{
	unsigned int order = address >> LOW_ORDER ? 63 - (unsigned int)__builtin_clzll(address) : 0;
	uintptr_t power = (uintptr_t)1 << order;

	return order ? order - LOW_ORDER + (double)(address - power) / (double)power : 0;
}

/* The power of two at the axis's end. */
static unsigned int top_order(uintptr_t end)
{
	unsigned int top = LOW_ORDER + 1;

	while (top < 63 && (uintptr_t)1 << top < end)
		top++;
	return top;
}

static double log_scale(const struct map_line *line, uintptr_t address)
{
	return orders_below(address) / (top_order(line->end) - LOW_ORDER);
}

static void draw_axis(struct drawing *drawing, unsigned int top, double width)
{
	double y = drawing->y + DRAW_BAR;
	unsigned int step = width * 4 < LABEL ? 8 : 4;

	fputs("<path class=\"tick\" d=\"", drawing->out);
	for (unsigned int order = LOW_ORDER; order <= top; order++)
		fprintf(drawing->out, "M%d %dv%d", (int)(DRAW_MARGIN + width * (order - LOW_ORDER)),
			(int)y, order % 4 ? 3 : 6);
	fputs("\"/>\n", drawing->out);
	for (unsigned int order = LOW_ORDER; order <= top; order += step)
		svg_markup(drawing->out, "note", DRAW_MARGIN + width * (order - LOW_ORDER), y + 20,
			   POWER_FORMAT " %s", order, human((uint64_t)1 << order).text);
}

static void draw_overview(struct drawing *drawing)
{
	const struct table *table = reader_table(drawing->picture->reading);
	struct spans spans = table ? image_inside(table) : (struct spans){ 0 };
	struct bar bar = {
		.line.end = regions_end(&drawing->picture->regions), .x = DRAW_MARGIN,
		.width = drawing->picture->width - 2 * DRAW_MARGIN, .scale = log_scale,
	};
	unsigned int top = top_order(bar.line.end);

	draw_heading(drawing, "The whole address space",
		     "each power of two is equally wide; green: the window");
	drawing->y += 6;
	for (int i = 0; i < spans.count; i++) {
		double from = bar.width * log_scale(&bar.line, spans.at[i].start);
		double to = bar.width * log_scale(&bar.line, spans.at[i].end);

		svg_rect(drawing->out, "window", bar.x + from, drawing->y - 6, to - from, 4,
			 memory_text(RANGE_FORMAT,
				     RANGE("window", spans.at[i].start, spans.at[i].end)));
	}
	draw_bar(drawing, &bar);
	draw_axis(drawing, top, bar.width / (top - LOW_ORDER));
	drawing->y += DRAW_BAR + 56;
}

/* Keeps the body in memory: the file begins with the height, which is known last. */
void picture_draw(const struct picture *picture, FILE *out)
{
	struct drawing drawing = { .picture = picture };
	int width = picture->width, height;
	SCOPED char *body = NULL;
	size_t length;

	drawing.out = open_memstream(&body, &length);
	if (!drawing.out)
		memory_out();
	draw_title(&drawing);
	draw_legend(&drawing);
	draw_overview(&drawing);
	draw_lines(&drawing);
	if (fclose(drawing.out))
		memory_out();
	height = (int)drawing.y + 12;
	fprintf(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" width=\"%d\" "
		"height=\"%d\" viewBox=\"0 0 %d %d\">\n<title>", width, height, width, height);
	svg_escape(out, picture->title);
	fputs("</title>\n<desc>", out);
	svg_escape(out, picture->facts);
	fputs("</desc>\n", out);
	put_style(out);
	svg_rect(out, "paper", 0, 0, width, drawing.y + 12, NULL);
	fwrite(body, 1, length, out);
	fputs("</svg>\n", out);
}
