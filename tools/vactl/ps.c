/* SPDX-License-Identifier: MIT */
/* vactl ps: the confined processes. */
#include "listing.h"
#include "process.h"

static const struct column ps_columns[] = {
	{ "PID", COLUMN_NUMBER, true, .help = "process ID" },
	{ "WINDOW", COLUMN_TEXT, true, .help = "the window's bounds" },
	{ "REACH", COLUMN_TEXT, true, .help = "how much is confined: calls, process, whole" },
	{ "FENCE", COLUMN_TEXT, true, .help = "off, on, sealed" },
	{ "GUEST", COLUMN_SIZE, true, .help = "mapped by guest calls" },
	{ "HOST", COLUMN_SIZE, true, .help = "mapped by host calls" },
	{ "GAP", COLUMN_SIZE, true, .help = "the largest free piece of the window" },
	{ "VMAS", COLUMN_NUMBER, true,
	  .help = "mappings of the process, as the kernel counts them" },
	{ "CONSISTENT", COLUMN_BOOLEAN, false,
	  .help = "whether the table was at rest while it was read" },
	{ "COMMAND", COLUMN_TEXT, true, .help = "the command line", .cut = true },
	{ .name = NULL },
};

static const struct choice ps_choices[] = {
	{ .name = "verbose", STORED(verbose), .letter = 'v',
	  .help = "say how many processes could not be read" },
	OUTPUT_CHOICES, LISTING_CHOICES, HELP_CHOICE,
};

static void list_process(void *context, const struct reading *reading)
{
	struct listing *listing = context;
	struct totals totals;

	totals_compute(reading, &totals);
	listing_row(listing, NULL);
	listing_value(listing, "PID", (uint64_t)reading->pid);
	listing_text(listing, "WINDOW", word_window(&reading->table).text);
	listing_text(listing, "REACH", reach_names[reading->table.reach]);
	listing_text(listing, "FENCE", fence_names[reading->table.fence]);
	listing_value(listing, "GUEST", totals.kind[KIND_GUEST].bytes);
	listing_value(listing, "HOST", totals.kind[KIND_HOST].bytes);
	listing_value(listing, "GAP", span_length(totals.window.largest));
	listing_value(listing, "VMAS", totals.mappings);
	listing_value(listing, "CONSISTENT", reading->consistent);
	listing_text(listing, "COMMAND", title_of(reading).text);
}

static int ps_run(const struct command *command, struct arguments *arguments)
{
	struct listing listing;
	int unread, status;

	if (arguments->words_count)
		return command_misused(command, "takes no arguments");
	status = listing_open(&listing, command, arguments, "processes");
	if (status)
		return status;
	unread = process_each("ps", list_process, &listing);
	if (unread < 0)
		return command->failure;
	listing_print(&listing);
	listing_close(&listing);
	if (arguments->verbose && unread)
		message_print("ps: %s could not be read; %s",
			      counted((unsigned long)unread, "process", "processes").text,
			      geteuid() ? "run vactl as root to see all" :
				  "root of a container or a user namespace may not see all");
	return 0;
}

const struct command command_ps = {
	.name = "ps",
	.arguments = "",
	.summary = "List the confined processes.",
	.notes = "Exit status: 0, or 1 where something failed.",
	.choices = ps_choices,
	.columns = ps_columns,
	.shown = true,
	.failure = 1,
	.run = ps_run,
};
