/* SPDX-License-Identifier: MIT */
/* vactl stat: the counters of a process's table, and how full its window is. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/call.h"
#include "core/summary.h"
#include "brief.h"
#include "command.h"
#include "json.h"
#include "names.h"
#include "reader.h"
#include "totals.h"

#define LABEL_WIDTH 32

struct stat_view {
	const struct reading *reading;
	struct totals totals;
	bool bytes; /* sizes as plain numbers */
};

static void print_size(const struct stat_view *view, uint64_t bytes)
{
	char text[LISTING_SIZE_MAX];

	brief_size(bytes, view->bytes, text);
	fputs(text, stdout);
}

static void print_label(const char *label)
{
	printf("%-*s ", LABEL_WIDTH, label);
}

static void print_share(unsigned int share)
{
	printf(" (%u.%u%%)", share / 10, share % 10);
}

static void print_usage(const struct stat_view *view, const struct usage *usage)
{
	print_label("in use");
	print_size(view, usage->used);
	fputs(" of ", stdout);
	print_size(view, usage->size);
	print_share(total_share(usage->used, usage->size));
	if (usage->kept) {
		putchar('\n');
		print_label("kept back until it is needed");
		print_size(view, usage->kept);
	}
	putchar('\n');
	print_label("free");
	print_size(view, usage->free);
	printf(" in %" PRIu64 " gaps\n", usage->gaps);
	print_label("largest gap");
	print_size(view, usage->largest.end - usage->largest.start);
	if (!span_empty(usage->largest))
		printf(" at 0x%012" PRIxPTR, usage->largest.start);
	putchar('\n');
}

/* The spans one by one where there are two: a gap never joins them. */
static void print_window(const struct stat_view *view)
{
	const struct totals *totals = &view->totals;
	unsigned int broken = usage_fragmentation(&totals->window);

	for (int i = 0; totals->spans > 1 && i < totals->spans; i++) {
		printf("\n0x%012" PRIxPTR "-0x%012" PRIxPTR ":\n", totals->span[i].start,
		       totals->span[i].end);
		print_usage(view, &totals->of_span[i]);
	}
	puts(totals->spans > 1 ? "\nBoth together:" : "");
	print_usage(view, &totals->window);
	print_label("fragmentation of what is free");
	printf("%u.%u%%\n", broken / 10, broken % 10);
}

static void print_kinds(const struct stat_view *view)
{
	puts("\nMapped:");
	for (unsigned int kind = KIND_GUEST; kind < KIND_NAMES; kind++) {
		const struct total *total = &view->totals.kind[kind];

		if (!total->count)
			continue;
		print_label(name_kind(kind));
		print_size(view, total->bytes);
		printf(" in %" PRIu64 "\n", total->count);
	}
	print_label("the kernel's mappings");
	printf("%" PRIu64 "\n", view->totals.mappings);
}

static void print_calls(const struct table *table)
{
	puts("\nCalls:");
	for (enum call_name name = 0; name < CALLS; name++) {
		const char *separator = ": ";

		if (!summary_calls(table, name))
			continue;
		print_label(call_word(name));
		printf("%" PRIu64, summary_calls(table, name));
		for (enum outcome outcome = 0; outcome < OUTCOMES; outcome++) {
			if (!table->call[name][outcome])
				continue;
			printf("%s%s %" PRIu64, separator, call_outcome_word(outcome),
			       table->call[name][outcome]);
			separator = ", ";
		}
		putchar('\n');
	}
}

static void print_figures(const struct stat_view *view)
{
	struct figure figure;

	for (unsigned int i = 0; summary_figure(&view->reading->table, i, &figure); i++) {
		if (figure.unit == UNIT_ADDRESS && !figure.value)
			continue;
		print_label(figure.label);
		if (figure.unit == UNIT_BYTES)
			print_size(view, figure.value);
		else
			printf(figure.unit == UNIT_ADDRESS ? "0x%012" PRIx64 : "%" PRIu64,
			       figure.value);
		putchar('\n');
	}
}

static void print_text(const struct stat_view *view)
{
	brief_print(view->reading);
	print_window(view);
	print_kinds(view);
	print_calls(&view->reading->table);
	print_figures(view);
}

static void add_usage(struct json *json, const struct usage *usage)
{
	json_number(json, "size", usage->size);
	json_number(json, "used", usage->used);
	json_number(json, "kept", usage->kept);
	json_number(json, "free", usage->free);
	json_number(json, "gaps", usage->gaps);
	json_number(json, "largest_gap", usage->largest.end - usage->largest.start);
	if (span_empty(usage->largest))
		json_text(json, "largest_gap_start", NULL);
	else
		json_address(json, "largest_gap_start", usage->largest.start);
	json_thousandths(json, "fragmentation", usage_fragmentation(usage));
}

static void add_spans(struct json *json, const struct totals *totals)
{
	json_object(json, "window_use");
	add_usage(json, &totals->window);
	json_object_end(json);
	json_array(json, "spans");
	for (int i = 0; i < totals->spans; i++) {
		json_object(json, NULL);
		json_address(json, "start", totals->span[i].start);
		json_address(json, "end", totals->span[i].end);
		add_usage(json, &totals->of_span[i]);
		json_object_end(json);
	}
	json_array_end(json);
}

static void add_kinds(struct json *json, const struct totals *totals)
{
	json_object(json, "kinds");
	for (unsigned int kind = KIND_GUEST; kind < KIND_NAMES; kind++) {
		json_object(json, name_kind(kind));
		json_number(json, "bytes", totals->kind[kind].bytes);
		json_number(json, "count", totals->kind[kind].count);
		json_object_end(json);
	}
	json_object_end(json);
	json_number(json, "mappings", totals->mappings);
}

/* The words as names of members: with no spaces. */
static void add_outcome(struct json *json, enum outcome outcome, uint64_t count)
{
	char name[32];

	snprintf(name, sizeof(name), "%s", call_outcome_word(outcome));
	for (char *space = name; (space = strchr(space, ' '));)
		*space = '_';
	json_number(json, name, count);
}

static void add_calls(struct json *json, const struct table *table)
{
	json_object(json, "calls_by_outcome");
	for (enum call_name name = 0; name < CALLS; name++) {
		json_object(json, call_word(name));
		for (enum outcome outcome = 0; outcome < OUTCOMES; outcome++)
			add_outcome(json, outcome, table->call[name][outcome]);
		json_object_end(json);
	}
	json_object_end(json);
}

static void add_figures(struct json *json, const struct table *table)
{
	struct figure figure;

	for (unsigned int i = 0; summary_figure(table, i, &figure); i++) {
		if (figure.unit != UNIT_ADDRESS)
			json_number(json, figure.key, figure.value);
		else if (figure.value)
			json_address(json, figure.key, figure.value);
		else
			json_text(json, figure.key, NULL);
	}
}

static void print_json(const struct stat_view *view)
{
	const struct table *table = &view->reading->table;
	struct json json = { 0 };

	json_object(&json, NULL);
	brief_json(&json, view->reading);
	add_spans(&json, &view->totals);
	add_kinds(&json, &view->totals);
	add_calls(&json, table);
	add_figures(&json, table);
	json_object_end(&json);
}

static int stat_main(const struct command *command, int argc, char **argv)
{
	struct stat_view view = { 0 };
	struct reading reading;
	struct target target;
	struct brief brief;
	int status = brief_options(&brief, command, argc, argv);

	if (brief.over)
		return status;
	status = command_target(command, argc, argv, 1, &target);
	if (status)
		return status;
	reader_read(&target, &reading);
	reader_explain(&reading);
	if (reading.state == READER_GOOD) {
		view.reading = &reading;
		view.bytes = brief.bytes;
		totals_compute(&reading, &view.totals);
		if (brief.json)
			print_json(&view);
		else
			print_text(&view);
	}
	status = reading.state == READER_GOOD ? 0 : command->failure;
	reader_free(&reading);
	return status;
}

const struct command command_stat = {
	.name = "stat",
	.arguments = "PID|CORE",
	.summary = "Print the counters of a confined process, and how full its window is.",
	.notes = "Calls are those that the library saw. Sums are of the table and the kernel's\n"
		 "list together. Sizes in JSON are bytes.\n"
		 "Exit status: 0, or 1 where the table could not be read or something failed.\n",
	.choices = (const struct choice *const[]){ brief_choices, command_choices, NULL },
	.failure = 1,
	.run = stat_main,
};
