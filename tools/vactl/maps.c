/* SPDX-License-Identifier: MIT */
/* vactl maps: a process's table, joined with the kernel's list. */
#include <inttypes.h>
#include <stdio.h>

#include "filter.h"
#include "names.h"
#include "piece_row.h"
#include "proc_header.h"
#include "targets.h"
#include "totals.h"

static const struct column maps_columns[] = {
	PIECE_COLUMNS(false),
	{ "RESIDENT", COLUMN_SIZE, false, .help = "how much of it is in memory, of whole mappings" },
	{ .name = NULL },
};

struct maps {
	const struct arguments *arguments;
	struct listing listing;
	struct filter filter;
	struct reading *reading;
	struct resident resident;
	struct total total[KIND_NAMES];
};

static const char *piece_color(const struct maps *maps, const struct piece *piece)
{
	struct window window = image_window(&maps->reading->table);

	switch (piece_kind(piece)) {
	case KIND_GUEST:
		return window_holds(&window, piece->start, piece->end - piece->start) ?
		       NULL : "red";
	case KIND_HOST:
		return "cyan";
	case KIND_FENCE:
	case KIND_GUARD:
	case KIND_OWN:
	case KIND_CLAIM:
	case KIND_RESERVED:
		return "darkgray";
	case KIND_UNKNOWN:
		return maps->reading->state == READER_GOOD ? "yellow" : NULL;
	}
	return NULL;
}

static void list_piece(struct maps *maps, const struct piece *piece, struct symbols *symbols)
{
	struct total *total = &maps->total[piece_kind(piece)];
	uint64_t resident;

	listing_row(&maps->listing, piece_color(maps, piece));
	piece_row(&maps->listing, piece, symbols);
	if (piece->vma && resident_of(&maps->resident, piece->start, piece->end, &resident))
		listing_size(&maps->listing, "RESIDENT", resident);
	total->bytes += piece->end - piece->start;
	total->count++;
}

static void list_pieces(struct maps *maps)
{
	struct reading *reading = maps->reading;
	struct symbols *symbols = symbols_new(reading);
	struct pieces pieces;
	struct piece piece;

	/* [vsyscall] lies above user space, in every process. */
	while (reading->state == READER_GOOD && reading->vmas.count &&
	       reading->vmas.line[reading->vmas.count - 1].start >= reading->table.top)
		reading->vmas.count--;
	if (listing_shows(&maps->listing, "RESIDENT") && !target_is_core(&reading->target))
		resident_read(reading->target.pid, &maps->resident);
	pieces_start(&pieces, &reading->intervals, &reading->vmas);
	while (pieces_next(&pieces, &piece))
		if (filter_takes(&maps->filter, &piece, piece_owner(&piece, &reading->vmas)))
			list_piece(maps, &piece, symbols);
	symbols_free(symbols);
}

static void print_maps_json(struct maps *maps)
{
	struct json json = { 0 };

	json_open(&json, NULL, '{');
	proc_header_json(&json, maps->reading);
	json_boolean(&json, "readable", maps->reading->state == READER_GOOD);
	json_open(&json, "totals", '{');
	for (unsigned int kind = KIND_GUEST; kind < KIND_NAMES; kind++)
		json_number(&json, name_kind(kind), maps->total[kind].bytes);
	json_close(&json, '}');
	listing_json(&maps->listing, &json);
	json_close(&json, '}');
}

static void print_maps(struct maps *maps)
{
	listing_print(&maps->listing);
	if (maps->arguments->raw || maps->arguments->noheadings)
		return;
	putchar('\n');
	for (unsigned int kind = KIND_GUEST; kind < KIND_NAMES; kind++)
		if (maps->total[kind].count)
			printf("%-8s %s in %" PRIu64 "\n", name_kind(kind),
			       word_size(maps->total[kind].bytes, maps->arguments->bytes).text,
			       maps->total[kind].count);
}

static int maps_run(const struct command *command, struct arguments *arguments)
{
	struct maps maps = { .arguments = arguments, .reading = &arguments->reading[0] };
	int status = filter_open(&maps.filter, command, arguments);

	if (!status)
		status = listing_open(&maps.listing, command, arguments, "mappings");
	if (!status)
		status = targets_read(command, arguments);
	if (status)
		return status;
	list_pieces(&maps);
	if (arguments->json)
		print_maps_json(&maps);
	else
		print_maps(&maps);
	listing_close(&maps.listing);
	resident_free(&maps.resident);
	return 0;
}

const struct command command_maps = {
	.name = "maps",
	.arguments = "PID|CORE",
	.summary = "Print the table of a confined process, joined with the kernel's own list.",
	.notes = "An interval of the table is cut where the kernel's mappings are. Where the\n"
		 "table may not be read, the kernel's list is printed all the same, as\n"
		 "unknown. Below stands the sum of each kind shown, except with --noheadings\n"
		 "and --raw; in JSON it is in \"totals\", in bytes.\n"
		 "Exit status: 0, or 1 where the table could not be read or something failed.\n",
	.choices = (const struct choice *const[]){ filter_choices, output_choices,
						   listing_choices, command_choices, NULL },
	.columns = maps_columns,
	.failure = 1,
	.targets = 1,
	.partial = true,
	.run = maps_run,
};
