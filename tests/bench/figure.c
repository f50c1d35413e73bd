/* SPDX-License-Identifier: MIT */
#include "figure.h"

#include "bench.h"

#define FIGURES_MAX 256

static struct figure figures[FIGURES_MAX];
static size_t figure_count;
static const char *heading; /* not printed yet */

static const char *const measure_name[] = {
	[MEASURE_RATIO] = "ratio",
	[MEASURE_MORE] = "difference",
	[MEASURE_VALUE] = "value",
};

static int double_compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* The value below which this part of the sorted values lies. */
static double quantile(const double *sorted, size_t count, double part)
{
	double at = part * (double)(count - 1);
	size_t below = (size_t)at, above = below + 1 < count ? below + 1 : below;

	return sorted[below] + (sorted[above] - sorted[below]) * (at - (double)below);
}

void figure_pairs(struct figure figure, double *base, double *ours, size_t count)
{
	double *value = must_alloc(count, sizeof(*value));

	for (size_t i = 0; i < count; i++)
		value[i] = figure.measure == MEASURE_RATIO ? ours[i] / base[i] : ours[i] - base[i];
	qsort(value, count, sizeof(*value), double_compare);
	qsort(base, count, sizeof(*base), double_compare);
	qsort(ours, count, sizeof(*ours), double_compare);
	figure.pairs = count;
	figure.base = quantile(base, count, 0.5);
	figure.ours = quantile(ours, count, 0.5);
	figure.value = quantile(value, count, 0.5);
	figure.low = quantile(value, count, 0.25);
	figure.high = quantile(value, count, 0.75);
	figure_report(&figure);
	free(value);
	free(base);
	free(ours);
}

static bool is_over(const struct figure *figure)
{
	return !figure->skipped && figure->target > 0 && figure->value > figure->target;
}

static void print_value(const struct figure *figure, double value)
{
	if (figure->measure == MEASURE_RATIO)
		printf(" %9.3f", value);
	else
		printf(" %9.1f", value);
}

static void print_row(const struct figure *figure)
{
	printf("%-46s", figure->name);
	if (figure->skipped) {
		printf(" skipped: %s\n", figure->skipped);
		return;
	}
	if (figure->measure == MEASURE_VALUE)
		printf(" %10s %10s", "", "");
	else
		printf(" %10.*f %10.*f", figure->ours < 100 ? 1 : 0, figure->base,
		       figure->ours < 100 ? 1 : 0, figure->ours);
	printf(" %-5s", figure->unit);
	print_value(figure, figure->value);
	if (figure->pairs > 1) {
		print_value(figure, figure->low);
		print_value(figure, figure->high);
	} else {
		printf(" %9s %9s", "", "");
	}
	if (figure->target > 0)
		printf("   <= %-6g%s", figure->target, is_over(figure) ? " over" : "");
	putchar('\n');
}

void figure_heading(const char *text)
{
	heading = text;
}

static void print_heading(void)
{
	if (heading)
		printf("\n%-46s %10s %10s %-5s %9s %9s %9s   %s\n", heading, "without", "with",
		       "", "figure", "quartiles", "", "target");
	heading = NULL;
}

void figure_report(const struct figure *figure)
{
	print_heading();
	print_row(figure);
	fflush(stdout);
	if (figure_count == FIGURES_MAX)
		die("more figures than there is room for");
	figures[figure_count++] = *figure;
}

void figure_summary(void)
{
	size_t over = 0, with = 0;

	for (size_t i = 0; i < figure_count; i++) {
		with += !figures[i].skipped && figures[i].target > 0;
		over += is_over(&figures[i]);
	}
	printf("\n%zu figures, %zu of them with a target, %zu over it\n", figure_count, with, over);
}

void figure_write(const char *path)
{
	FILE *file = fopen(path, "w");

	if (!file)
		die("%s: %s", path, strerror(errno));
	fprintf(file, "[\n");
	for (size_t i = 0; i < figure_count; i++) {
		const struct figure *figure = &figures[i];
		const char *comma = i + 1 < figure_count ? "," : "";

		if (figure->skipped)
			fprintf(file, "{\"name\": \"%s\", \"skipped\": \"%s\"}%s\n", figure->name,
				figure->skipped, comma);
		else
			fprintf(file,
				"{\"name\": \"%s\", \"value\": %.6g, \"low\": %.6g, \"high\": %.6g, "
				"\"measure\": \"%s\", \"without\": %.6g, \"with\": %.6g, "
				"\"unit\": \"%s\", \"target\": %g, \"pairs\": %zu}%s\n",
				figure->name, figure->value, figure->low, figure->high,
				measure_name[figure->measure], figure->base, figure->ours,
				figure->unit, figure->target, figure->pairs, comma);
	}
	fprintf(file, "]\n");
	if (fclose(file))
		die("%s: %s", path, strerror(errno));
}

static const struct figure *figure_named(const char *name)
{
	for (size_t i = 0; i < figure_count; i++)
		if (!figures[i].skipped && strcmp(figures[i].name, name) == 0)
			return &figures[i];
	return NULL;
}

void figure_compare(const char *path)
{
	FILE *file = fopen(path, "r");
	char line[1024], name[128];
	double value;

	if (!file)
		die("%s: %s", path, strerror(errno));
	printf("\n%-46s %9s %9s %9s\n", path, "old", "new", "new/old");
	while (fgets(line, sizeof(line), file)) {
		const struct figure *now;

		if (sscanf(line, "{\"name\": \"%127[^\"]\", \"value\": %lf", name, &value) != 2)
			continue;
		now = figure_named(name);
		if (!now)
			continue;
		printf("%-46s", name);
		print_value(now, value);
		print_value(now, now->value);
		if (value > 0)
			printf(" %9.3f", now->value / value);
		putchar('\n');
	}
	fclose(file);
}
