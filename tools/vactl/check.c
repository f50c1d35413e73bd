/* SPDX-License-Identifier: MIT */
/* vactl check: whether anything lies outside the window that should not. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "command.h"
#include "findings.h"
#include "listing.h"
#include "message.h"
#include "names.h"
#include "symbols.h"

enum {
	CHECK_FINDING, CHECK_START, CHECK_END, CHECK_SIZE, CHECK_KIND, CHECK_FILE, CHECK_CALLER,
	CHECK_OWNER, CHECK_PC, CHECK_WHEN,
};

static const struct column check_columns[] = {
	[CHECK_FINDING] = { "FINDING", COLUMN_TEXT, .shown = true,
			    .help = "escape: outside the window; hole: free where the fence "
				    "should be; stale: in the table only" },
	[CHECK_START] = { "START", COLUMN_ADDRESS, .shown = true, .help = "its first address" },
	[CHECK_END] = { "END", COLUMN_ADDRESS, .shown = true,
			.help = "the first address behind it" },
	[CHECK_SIZE] = { "SIZE", COLUMN_SIZE, .shown = true, .help = "its size" },
	[CHECK_KIND] = { "KIND", COLUMN_TEXT, .shown = true,
			 .help = "as in maps; unknown: only the kernel has it" },
	[CHECK_FILE] = { "FILE", COLUMN_TEXT, .shown = true, .help = "the file mapped, or its name" },
	[CHECK_CALLER] = { "CALLER", COLUMN_TEXT, .shown = true,
			   .help = "the function that mapped it, or file+offset, if it is known" },
	[CHECK_OWNER] = { "OWNER", COLUMN_TEXT, .help = "the file whose code mapped it" },
	[CHECK_PC] = { "PC", COLUMN_ADDRESS, .help = "the address that it was mapped from" },
	[CHECK_WHEN] = { "WHEN", COLUMN_NUMBER,
			 .help = "the number of the operation that mapped it" },
	{ .name = NULL },
};

static const struct choice check_choices[] = {
	{ .name = "escapes-only", .key = 'e', .help = "look for escapes only" },
	{ .name = NULL },
};

/* Looks are repeated where they find something: two at least have to agree, and
 * one of them should be of a table at rest. */
#define LOOKS_MAX 12
#define PAUSE_NS 20000000L

struct check {
	struct listing listing;
	bool escapes_only;
	struct reading reading;
	struct findings findings;
};

static void look(struct check *check, const struct target *target)
{
	reader_read(target, &check->reading);
	if (check->reading.state == READER_GOOD)
		findings_collect(&check->reading, check->escapes_only, &check->findings);
}

static void look_again(struct check *check, const struct target *target)
{
	struct timespec pause = { .tv_nsec = PAUSE_NS };
	struct reading before = check->reading;
	struct findings found = check->findings;

	nanosleep(&pause, NULL);
	check->findings = (struct findings){ 0 };
	look(check, target);
	if (check->reading.state == READER_GOOD)
		findings_confirm(&check->findings, &found);
	findings_free(&found);
	reader_free(&before);
}

/* Both lists cannot be read in one moment: what is found is looked for again. */
static void look_well(struct check *check, const struct target *target)
{
	bool at_rest;
	int looks = 1;

	look(check, target);
	at_rest = check->reading.consistent;
	while (check->reading.state == READER_GOOD && check->findings.count &&
	       looks < LOOKS_MAX && (looks < 2 || !at_rest)) {
		look_again(check, target);
		at_rest |= check->reading.consistent;
		looks++;
	}
}

static void show_caller(struct check *check, struct symbols *symbols, uint64_t caller)
{
	const struct procmaps_line *owner = vmas_find(&check->reading.vmas, caller);
	struct listing *listing = &check->listing;
	char *name = symbols_name(symbols, caller);

	listing_address(listing, CHECK_PC, caller);
	if (owner)
		listing_text(listing, CHECK_OWNER, owner->name, owner->name_length);
	if (name)
		listing_text(listing, CHECK_CALLER, name, strlen(name));
	free(name);
}

static void show_finding(struct check *check, struct symbols *symbols,
			 const struct finding *finding)
{
	const char *word = finding_word(finding->type), *kind = name_kind(finding->kind);
	struct listing *listing = &check->listing;

	listing_row(listing, finding->type == FINDING_ESCAPE ? "red" : "yellow");
	listing_text(listing, CHECK_FINDING, word, strlen(word));
	listing_address(listing, CHECK_START, finding->span.start);
	listing_address(listing, CHECK_END, finding->span.end);
	listing_size(listing, CHECK_SIZE, finding->span.end - finding->span.start);
	if (finding->kind != KIND_NONE)
		listing_text(listing, CHECK_KIND, kind, strlen(kind));
	if (finding->vma)
		listing_text(listing, CHECK_FILE, finding->vma->name, finding->vma->name_length);
	if (!finding->entry)
		return;
	listing_number(listing, CHECK_WHEN, finding->entry->detail.when);
	if (finding->entry->detail.caller)
		show_caller(check, symbols, finding->entry->detail.caller);
}

static void count_types(const struct findings *findings, uint64_t *count)
{
	memset(count, 0, FINDING_TYPES * sizeof(*count));
	for (size_t i = 0; i < findings->count; i++)
		count[findings->at[i].type]++;
}

static void print_json(struct check *check)
{
	const struct reading *reading = &check->reading;
	uint64_t count[FINDING_TYPES];
	char window[NAME_WINDOW_MAX], *members;

	count_types(&check->findings, count);
	name_window(&reading->table, window);
	members = memory_text("   \"pid\": %d,\n   \"consistent\": %s,\n   \"window\": \"%s\",\n"
			      "   \"reach\": \"%s\",\n   \"fence\": \"%s\",\n   \"escapes\": %" PRIu64
			      ",\n   \"holes\": %" PRIu64 ",\n   \"stale\": %" PRIu64 ",\n",
			      reading->target.pid, reading->consistent ? "true" : "false", window,
			      name_reach(reading->table.reach), name_fence(reading->table.fence),
			      count[FINDING_ESCAPE], count[FINDING_HOLE], count[FINDING_STALE]);
	listing_print(&check->listing, members);
	free(members);
}

static void print_text(struct check *check)
{
	const struct table *table = &check->reading.table;
	const struct listing *listing = &check->listing;
	bool quiet = listing->raw || listing->noheadings;
	uint64_t count[FINDING_TYPES];
	char window[NAME_WINDOW_MAX];

	if (check->findings.count)
		listing_print(&check->listing, "");
	if (quiet)
		return;
	count_types(&check->findings, count);
	name_window(table, window);
	printf("%s%s: window %s, reach %s, fence %s: escapes %" PRIu64,
	       check->findings.count ? "\n" : "", check->reading.subject, window,
	       name_reach(table->reach), name_fence(table->fence), count[FINDING_ESCAPE]);
	if (!check->escapes_only)
		printf(", holes %" PRIu64 ", stale %" PRIu64, count[FINDING_HOLE],
		       count[FINDING_STALE]);
	putchar('\n');
	if (table->fence == FENCE_OFF && count[FINDING_ESCAPE])
		puts("No fence stands: what does not go through the library, malloc's and ld.so's "
		     "mappings\namong it, is not confined. See --fence of vactl run.");
}

static int show(struct check *check, const struct command *command, const struct target *target)
{
	struct symbols *symbols;
	int status;

	look_well(check, target);
	reader_explain(&check->reading);
	if (check->reading.state != READER_GOOD)
		return command->failure;
	status = listing_open(&check->listing, command, "findings");
	if (status)
		return status;
	symbols = symbols_new(&check->reading);
	for (size_t i = 0; i < check->findings.count; i++)
		show_finding(check, symbols, &check->findings.at[i]);
	symbols_free(symbols);
	if (check->listing.json)
		print_json(check);
	else
		print_text(check);
	listing_close(&check->listing);
	return check->findings.count > 0;
}

static int check_main(const struct command *command, int argc, char **argv)
{
	const struct choice *choice;
	struct arguments arguments;
	struct check check = { 0 };
	const char *value, *why;
	struct target target;
	int pid, status;

	arguments_start(&arguments, command, argc, argv);
	while ((choice = arguments_next(&arguments, &value))) {
		if (choice->key == 'e')
			check.escapes_only = true;
		else if ((why = listing_choose(&check.listing, choice, value)))
			return command_misused(command, "--%s %s", choice->name, why);
	}
	if (arguments.over)
		return arguments.status;
	status = command_pid(command, argc, argv, &pid);
	if (status)
		return status;
	target = target_process(pid);
	status = show(&check, command, &target);
	findings_free(&check.findings);
	reader_free(&check.reading);
	return status;
}

const struct command command_check = {
	.name = "check",
	.arguments = "PID",
	.summary = "Compare the table of a confined process with the kernel's list.",
	.notes = "What is found is looked for again before it is told, so that what comes and\n"
		 "goes meanwhile is no finding.\n"
		 "Exit status: 0 where nothing was found, 1 where something was, 125 where the\n"
		 "table could not be read or something failed.\n",
	.choices = (const struct choice *const[]){ check_choices, listing_choices, command_choices,
						   NULL },
	.columns = check_columns,
	.failure = STATUS_OWN,
	.run = check_main,
};
