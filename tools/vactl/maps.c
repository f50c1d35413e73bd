/* SPDX-License-Identifier: MIT */
/* vactl maps: a process's table, joined with the kernel's list. */
#include <inttypes.h>
#include <stdio.h>

#include "filter.h"
#include "names.h"
#include "piece_row.h"
#include "proc_header.h"
#include "totals.h"

static const struct column maps_columns[] = {
	PIECE_COLUMNS(false),
	{ .name = NULL },
};

struct maps {
	const struct arguments *arguments;
	struct listing listing;
	struct filter filter;
	const struct reading *reading;
	struct total total[KIND_NAMES];
};

static const char *piece_color(const struct maps *maps, const struct piece *piece)
{
	static const char *const colors[KIND_NAMES] = {
		[KIND_GUEST] = "red", [KIND_HOST] = "cyan", [KIND_FENCE] = "darkgray",
		[KIND_GUARD] = "darkgray", [KIND_OWN] = "darkgray", [KIND_CLAIM] = "darkgray",
		[KIND_RESERVED] = "darkgray", [KIND_UNKNOWN] = "yellow",
	};

	if (piece->kind == KIND_GUEST ? piece->inside : maps->reading->state != READER_GOOD)
		return NULL;
	return colors[piece->kind];
}

static void list_piece(struct maps *maps, const struct piece *piece,
		       const struct piece_rows *rows)
{
	struct total *total = &maps->total[piece->kind];

	listing_row(&maps->listing, piece_color(maps, piece));
	piece_row(&maps->listing, piece, rows);
	total->bytes += piece->end - piece->start;
	total->count++;
}

static void list_pieces(struct maps *maps)
{
	const struct reading *reading = maps->reading;
	struct piece_rows rows;
	struct pieces pieces;
	struct piece piece;

	piece_rows_open(&rows, &maps->listing, reading);
	pieces_start(&pieces, &reading->table, &reading->intervals, &reading->vmas);
	while (pieces_next(&pieces, &piece))
		if (!piece_is_gap(&piece) &&
		    filter_takes(&maps->filter, &piece, &reading->vmas))
			list_piece(maps, &piece, &rows);
	piece_rows_close(&rows);
}

static void print_maps_json(struct maps *maps)
{
	struct json json = { 0 };

	proc_header_json(&json, NULL, maps->reading);
	kinds_json(&json, maps->total);
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
			printf("%-8s %s in %" PRIu64 "\n", kind_names[kind],
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
	return 0;
}

const struct command command_maps = {
	.name = "maps",
	.arguments = "PID|CORE",
	.summary = "List a process's mappings, and what the library knows of them.",
	.notes = "An interval of the table is cut where the kernel's mappings are. Without a "
		 "table, of a process that is not confined, the kernel's list is printed, as "
		 "unknown; so it is where the table may not be read. Below stands the sum of "
		 "each kind shown, except with --noheadings and --raw; in JSON it is in "
		 "\"kinds\".\nExit status: 0, or 1 where the table could not be read or "
		 "something failed.",
	.choices = (const struct choice[]){ FILTER_CHOICES, OUTPUT_CHOICES, LISTING_CHOICES,
					    HELP_CHOICE },
	.columns = maps_columns,
	.failure = 1,
	.targets = 1,
	.partial = true,
	.run = maps_run,
};
