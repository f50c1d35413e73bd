/* SPDX-License-Identifier: MIT */
/* vactl stat: the counters of a process's table, and how full its window is. */
#include "command.h"
#include "core/call.h"
#include "core/summary.h"
#include "process.h"

/* Format of a label and the text behind it. */
#define LINE(rest) "%-32s " rest "\n"

static void print_usage(const struct usage *usage, bool bytes)
{
	unsigned int share = total_share(usage->used, usage->size);
	struct word largest = word_size(span_length(usage->largest), bytes);

	printf(LINE("%s of %s (%u.%u%%)"), "in use", word_size(usage->used, bytes).text,
	       word_size(usage->size, bytes).text, share / 10, share % 10);
	if (usage->kept)
		printf(LINE("%s"), "kept back until it is needed",
		       word_size(usage->kept, bytes).text);
	printf(LINE("%s in %s"), "free", word_size(usage->free, bytes).text,
	       counted(usage->gaps, "gap", "gaps").text);
	if (span_empty(usage->largest))
		printf(LINE("%s"), "largest gap", largest.text);
	else
		printf(LINE("%s at 0x%012" PRIxPTR), "largest gap", largest.text,
		       usage->largest.start);
}

/* Prints two spans one by one, since no gap joins them. */
static void print_window(const struct totals *totals, bool bytes)
{
	unsigned int broken = usage_fragmentation(&totals->window);

	for (int i = 0; totals->spans > 1 && i < totals->spans; i++) {
		printf("\n0x%012" PRIxPTR "-0x%012" PRIxPTR ":\n", totals->span[i].start,
		       totals->span[i].end);
		print_usage(&totals->of_span[i], bytes);
	}
	puts(totals->spans > 1 ? "\nBoth together:" : "");
	print_usage(&totals->window, bytes);
	printf(LINE("%u.%u%%"), "fragmentation of what is free", broken / 10, broken % 10);
}

static void print_kinds(const struct totals *totals, bool bytes)
{
	puts("\nMapped:");
	for (unsigned int kind = KIND_GUEST; kind < KIND_NAMES; kind++)
		if (totals->kind[kind].count)
			printf(LINE("%s in %" PRIu64), kind_names[kind],
			       word_size(totals->kind[kind].bytes, bytes).text,
			       totals->kind[kind].count);
	printf(LINE("%" PRIu64), "the kernel's mappings", totals->mappings);
}

static void print_calls(const struct table *table)
{
	puts("\nCalls:");
	for (enum call_name name = 0; name < CALLS; name++) {
		const char *separator = ": ";

		if (!summary_calls(table, name))
			continue;
		printf("%-32s %" PRIu64, call_word(name), summary_calls(table, name));
		for (enum outcome outcome = 0; outcome < OUTCOMES; outcome++)
			if (table->call[name][outcome]) {
				printf("%s%s %" PRIu64, separator, call_outcome_word(outcome),
				       table->call[name][outcome]);
				separator = ", ";
			}
		putchar('\n');
	}
}

static void print_figures(const struct table *table, bool bytes)
{
	struct figure figure;

	for (unsigned int i = 0; summary_figure(table, i, &figure); i++)
		if (figure.unit != UNIT_ADDRESS)
			printf(LINE("%s"), figure.label,
			       word_size(figure.value, bytes || figure.unit != UNIT_BYTES).text);
		else if (figure.value)
			printf(LINE("0x%012" PRIx64), figure.label, figure.value);
}

/* Adds the calls. Words of outcomes name members, without spaces. */
static void add_calls(struct json *json, const struct table *table)
{
	char member[32];

	json_open(json, "calls_by_outcome", '{');
	for (enum call_name name = 0; name < CALLS; name++) {
		json_open(json, call_word(name), '{');
		for (enum outcome outcome = 0; outcome < OUTCOMES; outcome++) {
			snprintf(member, sizeof(member), "%s", call_outcome_word(outcome));
			for (char *space = member; (space = strchr(space, ' '));)
				*space = '_';
			json_number(json, member, table->call[name][outcome]);
		}
		json_close(json, '}');
	}
	json_close(json, '}');
}

static void print_stat_json(const struct reading *reading, const struct totals *totals)
{
	struct json json = { 0 };
	const struct table *table = reader_table(reading);
	struct figure figure;

	process_json(&json, NULL, reading);
	totals_json(&json, totals);
	if (table)
		add_calls(&json, table);
	for (unsigned int i = 0; table && summary_figure(table, i, &figure); i++)
		if (figure.unit == UNIT_ADDRESS)
			json_place(&json, figure.key, figure.value);
		else
			json_number(&json, figure.key, figure.value);
	json_close(&json, '}');
}

static int stat_run(const struct command *command, struct arguments *arguments)
{
	const struct reading *reading = &arguments->reading[0];
	bool bytes = arguments->bytes;
	struct totals totals;
	int status = targets_read(command, arguments);

	if (status)
		return status;
	totals_compute(reading, &totals);
	if (arguments->json) {
		print_stat_json(reading, &totals);
		return 0;
	}
	process_print(reading);
	print_window(&totals, bytes);
	print_kinds(&totals, bytes);
	if (reader_table(reading)) {
		print_calls(&reading->table);
		print_figures(&reading->table, bytes);
	}
	return 0;
}

const struct command command_stat = {
	.name = "stat",
	.arguments = "PID|CORE",
	.summary = "Tell how full a process's window is, and which calls it made.",
	.notes = "Of a process that is not confined there are no calls, and all of user "
		 "space is its window. Calls are those that the library saw. Sums are of the "
		 "table and the kernel's list together. Sizes in JSON are bytes.\nExit "
		 "status: 0, or 1 where the table could not be read or something failed.",
	.choices = (const struct choice[]){ OUTPUT_CHOICES, HELP_CHOICE },
	.failure = 1,
	.targets = 1,
	.run = stat_run,
};
