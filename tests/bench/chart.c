/* SPDX-License-Identifier: MIT */
#include "chart.h"

#include "bench.h"

#include <math.h>

#define WIDTH 480 /* of one chart */
#define HEIGHT 340
#define LEFT 62
#define RIGHT 105
#define TOP 48
#define BOTTOM 44
#define LINE 14 /* between two names */
#define STEPS 5 /* of the vertical scale */

static const char *const light[CHART_CURVES] = { "#57606a", "#0969da", "#bc4c00", "#1a7f37",
						 "#8250df", "#bf3989" };
static const char *const dark[CHART_CURVES] = { "#9198a1", "#4493f8", "#db6d28", "#3fb950",
						"#a371f7", "#db61a2" };

struct curve *chart_curve(struct chart *chart, const char *name)
{
	for (size_t i = 0; i < chart->curves; i++)
		if (strcmp(chart->curve[i].name, name) == 0)
			return &chart->curve[i];
	if (chart->curves == CHART_CURVES)
		die("more curves than there is room for");
	chart->curve[chart->curves].name = name;
	return &chart->curve[chart->curves++];
}

/* The least of 1, 2, 2.5, 5 times a power of ten that is not below. */
static double round_step(double value)
{
	static const double nice[] = { 1, 2, 2.5, 5, 10 };
	double power = pow(10, floor(log10(value)));

	for (size_t i = 0; i < sizeof(nice) / sizeof(*nice); i++)
		if (nice[i] * power >= value)
			return nice[i] * power;
	return 10 * power;
}

static double scale_step(const struct chart *chart)
{
	double most = 0;

	for (size_t c = 0; c < chart->curves; c++)
		for (size_t i = 0; i < chart->points; i++)
			most = fmax(most, chart->curve[c].value[i]);
	return round_step(fmax(most, 1e-9) / STEPS);
}

static double place_x(const struct chart *chart, double n)
{
	double first = log10(chart->n[0]), last = log10(chart->n[chart->points - 1]);

	return LEFT + (WIDTH - LEFT - RIGHT) * (log10(n) - first) / fmax(last - first, 1e-9);
}

static double place_y(double value, double step)
{
	return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / (step * STEPS);
}

static void draw_scales(FILE *file, const struct chart *chart, double step)
{
	for (int i = 0; i <= STEPS; i++) {
		double y = place_y(i * step, step);

		fprintf(file, "<path class=\"grid\" d=\"M%d %.1fH%d\"/>\n", LEFT, y, WIDTH - RIGHT);
		fprintf(file, "<text class=\"end\" x=\"%d\" y=\"%.1f\">%g</text>\n", LEFT - 6, y + 4,
			i * step);
	}
	for (double n = pow(10, ceil(log10(chart->n[0]))); n <= chart->n[chart->points - 1]; n *= 10)
		fprintf(file, "<text class=\"mid\" x=\"%.1f\" y=\"%d\">%.0f</text>\n",
			place_x(chart, n), HEIGHT - BOTTOM + 18, n);
	fprintf(file, "<text class=\"mid\" x=\"%d\" y=\"%d\">mappings</text>\n",
		(LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8);
	fprintf(file, "<text class=\"title\" x=\"%d\" y=\"20\">%s</text>\n", LEFT, chart->title);
	fprintf(file, "<text x=\"%d\" y=\"38\">%s</text>\n", LEFT, chart->unit);
}

static int order_compare(const void *a, const void *b, void *chart)
{
	size_t last = ((const struct chart *)chart)->points - 1;
	double x = ((const struct chart *)chart)->curve[*(const size_t *)a].value[last];
	double y = ((const struct chart *)chart)->curve[*(const size_t *)b].value[last];

	return (x < y) - (x > y);
}

/* At the curves' ends, from top to bottom, none over another one or over the scale. */
static void draw_names(FILE *file, const struct chart *chart, double step)
{
	size_t order[CHART_CURVES];
	double y[CHART_CURVES], above = 0, below = HEIGHT - BOTTOM + LINE;

	for (size_t i = 0; i < chart->curves; i++)
		order[i] = i;
	qsort_r(order, chart->curves, sizeof(*order), order_compare, (void *)chart);
	for (size_t i = 0; i < chart->curves; i++)
		above = y[i] = fmax(above + LINE, place_y(chart->curve[order[i]].value[chart->points - 1],
							  step) + 4);
	for (size_t i = chart->curves; i-- > 0;)
		below = y[i] = fmin(below - LINE, y[i]);
	for (size_t i = 0; i < chart->curves; i++)
		fprintf(file, "<text class=\"t%zu\" x=\"%d\" y=\"%.1f\">%s</text>\n", order[i],
			WIDTH - RIGHT + 10, y[i], chart->curve[order[i]].name);
}

static void draw_curves(FILE *file, const struct chart *chart, double step)
{
	for (size_t c = 0; c < chart->curves; c++) {
		fprintf(file, "<polyline class=\"c%zu\" points=\"", c);
		for (size_t i = 0; i < chart->points; i++)
			fprintf(file, "%.1f,%.1f ", place_x(chart, chart->n[i]),
				place_y(chart->curve[c].value[i], step));
		fprintf(file, "\"/>\n");
		for (size_t i = 0; i < chart->points; i++)
			fprintf(file,
				"<circle class=\"d%zu\" cx=\"%.1f\" cy=\"%.1f\" r=\"3\">"
				"<title>%s, %g mappings: %.3g</title></circle>\n",
				c, place_x(chart, chart->n[i]),
				place_y(chart->curve[c].value[i], step), chart->curve[c].name,
				chart->n[i], chart->curve[c].value[i]);
	}
}

static void draw_colours(FILE *file, const char *const *colour)
{
	for (size_t i = 0; i < CHART_CURVES; i++)
		fprintf(file, ".c%zu{stroke:%s}.d%zu,.t%zu{fill:%s}", i, colour[i], i, i, colour[i]);
}

static void draw_style(FILE *file)
{
	fprintf(file, "<style>text{font:12px sans-serif;fill:#1f2328}.title{font-weight:bold}"
		      ".end{text-anchor:end}.mid{text-anchor:middle}"
		      ".grid{stroke:#d0d7de;stroke-width:1}polyline{fill:none;stroke-width:2}");
	draw_colours(file, light);
	fprintf(file, "@media (prefers-color-scheme:dark){text{fill:#e6edf3}.grid{stroke:#3d444d}");
	draw_colours(file, dark);
	fprintf(file, "}</style>\n");
}

void chart_write(const struct chart *chart, size_t count, const char *path)
{
	FILE *file = fopen(path, "w");

	if (!file)
		die("%s: %s", path, strerror(errno));
	fprintf(file,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %zu %d\" width=\"%zu\">\n"
		"<!-- SPDX-License-Identifier: MIT. Made by tests/bench/scale -->\n",
		count * WIDTH, HEIGHT, count * WIDTH);
	draw_style(file);
	for (size_t i = 0; i < count; i++) {
		double step = scale_step(&chart[i]);

		fprintf(file, "<g transform=\"translate(%zu 0)\">\n", i * WIDTH);
		draw_scales(file, &chart[i], step);
		draw_curves(file, &chart[i], step);
		draw_names(file, &chart[i], step);
		fprintf(file, "</g>\n");
	}
	fprintf(file, "</svg>\n");
	if (fclose(file))
		die("%s: %s", path, strerror(errno));
}
