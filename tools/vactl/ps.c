/* SPDX-License-Identifier: MIT */
/* vactl ps: the confined processes. */
#include <string.h>
#include <unistd.h>

#include "cmdline.h"
#include "listing.h"
#include "message.h"
#include "names.h"
#include "processes.h"
#include "reader.h"
#include "totals.h"

enum {
	PS_PID, PS_WINDOW, PS_REACH, PS_FENCE, PS_GUEST, PS_HOST, PS_GAP, PS_MAPPINGS,
	PS_CONSISTENT, PS_COMMAND,
};

static const struct column ps_columns[] = {
	[PS_PID] = { "PID", COLUMN_NUMBER, .shown = true, .help = "process ID" },
	[PS_WINDOW] = { "WINDOW", COLUMN_TEXT, .shown = true, .help = "the window's bounds" },
	[PS_REACH] = { "REACH", COLUMN_TEXT, .shown = true,
		       .help = "how much is confined: calls, process, whole" },
	[PS_FENCE] = { "FENCE", COLUMN_TEXT, .help = "off, on, sealed" },
	[PS_GUEST] = { "GUEST", COLUMN_SIZE, .shown = true, .help = "mapped by guest calls" },
	[PS_HOST] = { "HOST", COLUMN_SIZE, .shown = true, .help = "mapped by host calls" },
	[PS_GAP] = { "GAP", COLUMN_SIZE, .shown = true,
		     .help = "the largest free piece of the window" },
	[PS_MAPPINGS] = { "MAPPINGS", COLUMN_NUMBER, .shown = true,
			  .help = "of the process, as the kernel counts them" },
	[PS_CONSISTENT] = { "CONSISTENT", COLUMN_BOOLEAN,
			    .help = "whether the table was at rest while it was read" },
	[PS_COMMAND] = { "COMMAND", COLUMN_TEXT, .shown = true, .cut = true,
			 .help = "the command line" },
	{ .name = NULL },
};

static const struct choice ps_choices[] = {
	{ .name = "verbose", .key = 'v', .help = "say how many processes could not be read" },
	{ .name = NULL },
};

static void list_process(void *context, int pid, const struct reading *reading)
{
	struct listing *listing = context;
	char window[NAME_WINDOW_MAX], command[1024];
	const char *reach = name_reach(reading->table.reach);
	const char *fence = name_fence(reading->table.fence);
	struct totals totals;

	totals_compute(reading, &totals);
	name_window(&reading->table, window);
	listing_row(listing, NULL);
	listing_number(listing, PS_PID, (uint64_t)pid);
	listing_text(listing, PS_WINDOW, window, strlen(window));
	listing_text(listing, PS_REACH, reach, strlen(reach));
	listing_text(listing, PS_FENCE, fence, strlen(fence));
	listing_size(listing, PS_GUEST, totals.kind[KIND_GUEST].bytes);
	listing_size(listing, PS_HOST, totals.kind[KIND_HOST].bytes);
	listing_size(listing, PS_GAP, totals.window.largest.end - totals.window.largest.start);
	listing_number(listing, PS_MAPPINGS, totals.mappings);
	listing_boolean(listing, PS_CONSISTENT, reading->consistent);
	listing_text(listing, PS_COMMAND, command, cmdline_read(pid, command, sizeof(command)));
}

static int ps_main(const struct command *command, int argc, char **argv)
{
	const struct choice *choice;
	struct arguments arguments;
	struct listing listing = { 0 };
	const char *value, *why;
	bool verbose = false;
	int unread, status;

	arguments_start(&arguments, command, argc, argv);
	while ((choice = arguments_next(&arguments, &value))) {
		if (choice->key == 'v')
			verbose = true;
		else if ((why = listing_choose(&listing, choice, value)))
			return command_misused(command, "--%s %s", choice->name, why);
	}
	if (arguments.over)
		return arguments.status;
	if (optind != argc)
		return command_misused(command, "takes no arguments");
	status = listing_open(&listing, command, "processes");
	if (status)
		return status;
	unread = processes_see(list_process, &listing);
	if (unread < 0) {
		processes_explain("ps", unread);
		return command->failure;
	}
	listing_print(&listing, "");
	listing_close(&listing);
	if (verbose && unread)
		message_print("ps: %d processes could not be read; %s", unread,
			      geteuid() ? "run vactl as root to see all" :
					  "root of a container or a user namespace may not see all");
	return 0;
}

const struct command command_ps = {
	.name = "ps",
	.arguments = "",
	.summary = "List the confined processes.",
	.notes = "Exit status: 0, or 1 where something failed.\n",
	.choices = (const struct choice *const[]){ ps_choices, listing_choices, command_choices,
						   NULL },
	.columns = ps_columns,
	.failure = 1,
	.run = ps_main,
};
