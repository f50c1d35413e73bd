/* SPDX-License-Identifier: MIT */
/* vactl check: what lies outside the window and should not. */
#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "findings.h"
#include "message.h"
#include "names.h"
#include "piece_row.h"
#include "proc_header.h"

static const struct column check_columns[] = {
	{ "FINDING", COLUMN_TEXT, true,
	  .help = "escape: outside the window; hole: free where the fence should be; stale: in the "
		  "table only" },
	PIECE_COLUMNS(true),
	{ .name = NULL },
};

static const struct choice check_choices[] = {
	{ .name = "escapes-only", STORED(escapes_only), .letter = 'e', .help = "look for escapes only" },
	OUTPUT_CHOICES, LISTING_CHOICES, HELP_CHOICE,
};

/* A finding counts if two looks agree, one of them at a table at rest. */
#define LOOKS_MAX 12
#define PAUSE_NS 20000000L

struct check {
	const struct arguments *arguments;
	struct listing listing;
	struct reading *reading;
	struct findings findings;
};

/* The table and the kernel's list cannot be read at one moment: repeats the look
 * while it finds something that may be the difference in time. */
static void look_well(struct check *check)
{
	struct timespec pause = { .tv_nsec = PAUSE_NS };
	bool at_rest = false;

	for (int looks = 1; looks <= LOOKS_MAX; looks++) {
		struct reading before = *check->reading;
		struct findings found = check->findings;

		check->findings = (struct findings){ 0 };
		reader_read(before.pid, NULL, check->reading);
		at_rest |= check->reading->consistent;
		if (check->reading->state == READER_GOOD)
			findings_collect(check->reading, check->arguments->escapes_only,
					 &check->findings);
		if (looks > 1) {
			findings_confirm(&check->findings, &found);
			memory_drop(&found);
			reader_free(&before);
		}
		if (!check->findings.count || (looks > 1 && at_rest))
			return;
		nanosleep(&pause, NULL);
	}
}

static void list_findings(struct check *check)
{
	static const char *const words[FINDING_TYPES] = {
		[FINDING_ESCAPE] = "escape", [FINDING_HOLE] = "hole", [FINDING_STALE] = "stale",
	};
	struct piece_rows rows;

	piece_rows_open(&rows, &check->listing, check->reading);
	for (size_t i = 0; i < check->findings.count; i++) {
		const struct finding *finding = &check->findings.at[i];

		listing_row(&check->listing, finding->type == FINDING_ESCAPE ? "red" : "yellow");
		listing_text(&check->listing, "FINDING", words[finding->type]);
		piece_row(&check->listing, &finding->piece, &rows);
	}
	piece_rows_close(&rows);
}

static void print_check_json(struct check *check, const uint64_t count[FINDING_TYPES])
{
	struct json json = { 0 };

	proc_header_json(&json, NULL, check->reading);
	json_number(&json, "escapes", count[FINDING_ESCAPE]);
	json_number(&json, "holes", count[FINDING_HOLE]);
	json_number(&json, "stale", count[FINDING_STALE]);
	listing_json(&check->listing, &json);
	json_close(&json, '}');
}

static void print_check(struct check *check, const uint64_t count[FINDING_TYPES])
{
	const struct table *table = &check->reading->table;

	if (check->findings.count)
		listing_print(&check->listing);
	if (check->arguments->raw || check->arguments->noheadings)
		return;
	printf("%s%s: window %s, reach %s, fence %s: escapes %" PRIu64,
	       check->findings.count ? "\n" : "", check->reading->subject, word_window(table).text,
	       reach_names[table->reach], fence_names[table->fence], count[FINDING_ESCAPE]);
	if (!check->arguments->escapes_only)
		printf(", holes %" PRIu64 ", stale %" PRIu64, count[FINDING_HOLE],
		       count[FINDING_STALE]);
	putchar('\n');
	if (table->fence == FENCE_OFF && count[FINDING_ESCAPE])
		puts("No fence stands: what does not go through the library, malloc's and ld.so's "
		     "mappings\namong it, is not confined. See --fence of vactl run.");
}

/* Prints the findings of a good reading. Returns the exit status. */
static int show_check(struct check *check, const struct command *command)
{
	uint64_t count[FINDING_TYPES] = { 0 };

	if (check->reading->state != READER_GOOD)
		return command->failure;
	list_findings(check);
	for (size_t i = 0; i < check->findings.count; i++)
		count[check->findings.at[i].type]++;
	if (check->arguments->json)
		print_check_json(check, count);
	else
		print_check(check, count);
	return check->findings.count > 0;
}

static int check_run(const struct command *command, struct arguments *arguments)
{
	struct check check = { .arguments = arguments, .reading = &arguments->reading[0] };
	int status = listing_open(&check.listing, command, arguments, "findings");

	if (status)
		return status;
	look_well(&check);
	reader_explain(check.reading);
	status = show_check(&check, command);
	listing_close(&check.listing);
	memory_drop(&check.findings);
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
	.columns = check_columns,
	.failure = STATUS_OWN,
	.targets = 1,
	.run = check_run,
};
