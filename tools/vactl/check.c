/* SPDX-License-Identifier: MIT */
/* vactl check: mappings outside the window that should not be there, and other errors. */
#include <time.h>

#include "findings.h"
#include "piece_row.h"
#include "process.h"

static const struct choice check_choices[] = {
	{ .name = "escapes-only", STORED(escapes_only), .letter = 'e',
	  .help = "look for escapes only" },
	OUTPUT_CHOICES, LISTING_CHOICES, HELP_CHOICE,
};

/* Looks until two agree on a finding, one of them at a table at rest. */
#define LOOKS_MAX 12
#define PAUSE_NS 20000000L

/* Repeats the look while it finds something that may be a difference in time: the table
 * and the kernel's list cannot be read at one moment. */
static void look_well(struct reading *reading, bool escapes_only, struct findings *findings)
{
	struct timespec pause = { .tv_nsec = PAUSE_NS };
	bool at_rest = false;

	for (int looks = 1; looks <= LOOKS_MAX; looks++) {
		struct reading before = *reading;
		struct findings found = *findings;

		*findings = (struct findings){ 0 };
		reader_read(before.pid, NULL, reading);
		at_rest |= reading->consistent;
		if (reading->state == READER_GOOD)
			findings_collect(reading, escapes_only, findings);
		if (looks > 1) {
			findings_confirm(findings, &found);
			memory_drop(&found);
			reader_free(&before);
		}
		if (!findings->count || (looks > 1 && at_rest))
			return;
		nanosleep(&pause, NULL);
	}
}

/* Adds the findings to the listing, and counts those of each type. */
static void list_findings(struct listing *listing, const struct reading *reading,
			  const struct findings *findings, uint64_t count[FINDING_TYPES])
{
	static const char *const words[FINDING_TYPES] = {
		[FINDING_ESCAPE] = "escape", [FINDING_HOLE] = "hole", [FINDING_STALE] = "stale",
	};
	struct piece_rows rows;

	piece_rows_open(&rows, listing, reading);
	for (size_t i = 0; i < findings->count; i++) {
		const struct finding *finding = &findings->at[i];

		count[finding->type]++;
		listing_row(listing, finding->type == FINDING_ESCAPE ? "red" : "yellow");
		listing_text(listing, "FINDING", words[finding->type]);
		piece_row(listing, &finding->piece, &rows);
	}
	piece_rows_close(&rows);
}

static void print_check_json(struct listing *listing, const struct reading *reading,
			     const uint64_t count[FINDING_TYPES])
{
	struct json json = { 0 };

	process_json(&json, NULL, reading);
	json_number(&json, "escapes", count[FINDING_ESCAPE]);
	json_number(&json, "holes", count[FINDING_HOLE]);
	json_number(&json, "stale", count[FINDING_STALE]);
	listing_json(listing, &json);
	json_close(&json, '}');
}

static void print_check(struct listing *listing, const struct reading *reading,
			const uint64_t count[FINDING_TYPES])
{
	const struct arguments *arguments = listing->arguments;
	const struct table *table = &reading->table;

	if (listing->rows.count)
		listing_print(listing);
	if (arguments->raw || arguments->noheadings)
		return;
	printf("%s%s: window %s, reach %s, fence %s: escapes %" PRIu64,
	       listing->rows.count ? "\n" : "", reading->subject, word_window(table).text,
	       reach_names[table->reach], fence_names[table->fence], count[FINDING_ESCAPE]);
	if (!arguments->escapes_only)
		printf(", holes %" PRIu64 ", stale %" PRIu64, count[FINDING_HOLE],
		       count[FINDING_STALE]);
	putchar('\n');
	if (table->fence == FENCE_OFF && count[FINDING_ESCAPE])
		puts("No fence stands: what does not go through the library, malloc's and ld.so's "
		     "mappings\namong it, is not confined. See --fence of vactl run.");
}

static int check_run(const struct command *command, struct arguments *arguments)
{
	struct reading *reading = &arguments->reading[0];
	uint64_t count[FINDING_TYPES] = { 0 };
	struct findings findings = { 0 };
	struct listing listing;
	int status = listing_open(&listing, command, arguments, "findings");

	if (status)
		return status;
	look_well(reading, arguments->escapes_only, &findings);
	reader_explain(reading);
	if (reading->state == READER_GOOD) {
		list_findings(&listing, reading, &findings, count);
		if (arguments->json)
			print_check_json(&listing, reading, count);
		else
			print_check(&listing, reading, count);
	}
	status = reading->state != READER_GOOD ? command->failure : findings.count > 0;
	listing_close(&listing);
	memory_drop(&findings);
	return status;
}

const struct command command_check = {
	.name = "check",
	.arguments = "PID",
	.summary = "Compare the table of a confined process with the kernel's list.",
	.notes = "What is found is looked for again before it is told, so that what comes "
		 "and goes meanwhile is no finding.\nExit status: 0 where nothing was found, "
		 "1 where something was, 125 where the table could not be read or something "
		 "failed.",
	.choices = check_choices,
	.columns = piece_columns,
	.shown = SHOWN_CHECK,
	.failure = STATUS_OWN,
	.targets = 1,
	.run = check_run,
};
