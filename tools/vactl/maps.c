/* SPDX-License-Identifier: MIT */
/* vactl maps: a process's table, joined with the kernel's own list. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/window.h"
#include "filter.h"
#include "listing.h"
#include "message.h"
#include "names.h"
#include "pieces.h"
#include "reader.h"
#include "resident.h"
#include "symbols.h"
#include "totals.h"

enum {
	MAPS_START, MAPS_END, MAPS_SIZE, MAPS_RESIDENT, MAPS_KIND, MAPS_PERM, MAPS_FILE, MAPS_OWNER,
	MAPS_CALLER, MAPS_PC, MAPS_WHEN, MAPS_FLAGS,
};

static const struct column maps_columns[] = {
	[MAPS_START] = { "START", COLUMN_ADDRESS, .shown = true, .help = "its first address" },
	[MAPS_END] = { "END", COLUMN_ADDRESS, .shown = true,
		       .help = "the first address behind it" },
	[MAPS_SIZE] = { "SIZE", COLUMN_SIZE, .shown = true, .help = "its size" },
	[MAPS_RESIDENT] = { "RESIDENT", COLUMN_SIZE,
			    .help = "how much of it is in memory, of whole mappings" },
	[MAPS_KIND] = { "KIND", COLUMN_TEXT, .shown = true,
			.help = "guest, host, foreign, fence, guard, own; unknown: only the "
				"kernel has it" },
	[MAPS_PERM] = { "PERM", COLUMN_TEXT, .shown = true,
			.help = "permissions, as the kernel has them; -: nothing is mapped" },
	[MAPS_FILE] = { "FILE", COLUMN_TEXT, .shown = true,
			.help = "the file mapped, or its name" },
	[MAPS_OWNER] = { "OWNER", COLUMN_TEXT, .help = "the file whose code mapped it" },
	[MAPS_CALLER] = { "CALLER", COLUMN_TEXT,
			  .help = "the function that mapped it, or file+offset" },
	[MAPS_PC] = { "PC", COLUMN_ADDRESS, .help = "the address that it was mapped from" },
	[MAPS_WHEN] = { "WHEN", COLUMN_NUMBER,
			.help = "the number of the operation that mapped it" },
	[MAPS_FLAGS] = { "FLAGS", COLUMN_TEXT, .help = "shm, outside, growsdown; start: there from the start" },
	{ .name = NULL },
};

struct maps {
	struct listing listing;
	struct filter filter;
	struct reading reading;
	struct resident resident;
	struct symbols *symbols; /* NULL: not needed yet */
	struct total total[KIND_NAMES];
};

static const char *piece_color(const struct maps *maps, const struct piece *piece)
{
	const struct table *table = &maps->reading.table;
	struct window window = { .lower = table->lower, .upper = table->upper };

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
		return "darkgray";
	case KIND_UNKNOWN:
		return maps->reading.state == READER_GOOD ? "yellow" : NULL;
	}
	return NULL;
}

/* Symbols are looked up for whoever wants to see them only. */
static void show_caller(struct maps *maps, uint64_t caller)
{
	char *name;

	if (!maps->symbols)
		maps->symbols = symbols_new(&maps->reading);
	name = symbols_name(maps->symbols, caller);
	if (name)
		listing_text(&maps->listing, MAPS_CALLER, name, strlen(name));
	free(name);
}

static const struct procmaps_line *find_owner(const struct maps *maps, const struct piece *piece)
{
	uint64_t caller = piece->entry ? piece->entry->detail.caller : 0;

	return caller ? vmas_find(&maps->reading.vmas, caller) : NULL;
}

static void show_entry(struct maps *maps, const struct entry *entry,
		       const struct procmaps_line *owner)
{
	struct listing *listing = &maps->listing;
	char flags[NAME_FLAGS_MAX];

	name_flags(entry->detail.flags, flags);
	listing_text(listing, MAPS_FLAGS, flags, strlen(flags));
	listing_number(listing, MAPS_WHEN, entry->detail.when);
	if (!entry->detail.caller)
		return;
	listing_address(listing, MAPS_PC, entry->detail.caller);
	if (owner)
		listing_text(listing, MAPS_OWNER, owner->name, owner->name_length);
	if (listing_shows(listing, MAPS_CALLER))
		show_caller(maps, entry->detail.caller);
}

static void show_vma(struct maps *maps, const struct procmaps_line *vma)
{
	struct listing *listing = &maps->listing;
	char perm[VMAS_PERM_MAX];

	vmas_permissions(vma, perm);
	listing_text(listing, MAPS_PERM, perm, strlen(perm));
	listing_text(listing, MAPS_FILE, vma->name, vma->name_length);
}

static void show_piece(struct maps *maps, const struct piece *piece,
		       const struct procmaps_line *owner)
{
	struct listing *listing = &maps->listing;
	const char *kind = name_kind(piece_kind(piece));
	uint64_t resident;

	listing_row(listing, piece_color(maps, piece));
	listing_address(listing, MAPS_START, piece->start);
	listing_address(listing, MAPS_END, piece->end);
	listing_size(listing, MAPS_SIZE, piece->end - piece->start);
	if (resident_of(&maps->resident, piece, &resident))
		listing_size(listing, MAPS_RESIDENT, resident);
	listing_text(listing, MAPS_KIND, kind, strlen(kind));
	if (piece->entry)
		show_entry(maps, piece->entry, owner);
	if (piece->vma)
		show_vma(maps, piece->vma);
	else
		listing_text(listing, MAPS_PERM, "-", 1);
	maps->total[piece_kind(piece)].bytes += piece->end - piece->start;
	maps->total[piece_kind(piece)].count++;
}

static void show_pieces(struct maps *maps)
{
	struct reading *reading = &maps->reading;
	struct pieces pieces;
	struct piece piece;

	if (listing_shows(&maps->listing, MAPS_RESIDENT) && !target_is_core(&reading->target))
		resident_read(reading->target.pid, &maps->resident);
	pieces_start(&pieces, &reading->intervals, &reading->vmas);
	while (pieces_next(&pieces, &piece)) {
		const struct procmaps_line *owner = find_owner(maps, &piece);

		if (filter_takes(&maps->filter, &piece, owner))
			show_piece(maps, &piece, owner);
	}
}

/* What lies above user space, [vsyscall], is in every process and nobody's. */
static void drop_kernel(struct reading *reading)
{
	while (reading->state == READER_GOOD && reading->vmas.count &&
	       reading->vmas.line[reading->vmas.count - 1].start >= reading->table.top)
		reading->vmas.count--;
}

/* For programs: the object's members beside the rows. Sizes in bytes. */
static void print_json(struct maps *maps)
{
	const struct reading *reading = &maps->reading;
	char window[NAME_WINDOW_MAX];
	char *members = NULL;
	size_t size;
	FILE *out = open_memstream(&members, &size);
	const char *comma = "";

	if (!out)
		memory_out();
	fprintf(out, "   \"pid\": %d,\n   \"readable\": %s,\n   \"consistent\": %s,\n",
		target_is_core(&reading->target) ? reading->core.pid : reading->target.pid,
		reading->state == READER_GOOD ? "true" : "false",
		reading->consistent ? "true" : "false");
	if (reading->state == READER_GOOD) {
		name_window(&reading->table, window);
		fprintf(out, "   \"window\": \"%s\",\n", window);
		fprintf(out, "   \"reach\": \"%s\",\n", name_reach(reading->table.reach));
		fprintf(out, "   \"fence\": \"%s\",\n", name_fence(reading->table.fence));
	}
	fprintf(out, "   \"totals\": {");
	for (unsigned int kind = KIND_GUEST; kind < KIND_NAMES; kind++, comma = ",")
		fprintf(out, "%s\n      \"%s\": %" PRIu64, comma, name_kind(kind),
			maps->total[kind].bytes);
	fprintf(out, "\n   },\n");
	if (fclose(out))
		memory_out();
	listing_print(&maps->listing, members);
	free(members);
}

/* For people: the sum of each kind below the table. */
static void print_text(struct maps *maps)
{
	const struct listing *listing = &maps->listing;
	char size[LISTING_SIZE_MAX];

	listing_print(&maps->listing, "");
	if (listing->raw || listing->noheadings)
		return;
	putchar('\n');
	for (unsigned int kind = KIND_GUEST; kind < KIND_NAMES; kind++) {
		const struct total *total = &maps->total[kind];

		if (!total->count)
			continue;
		if (listing->bytes)
			snprintf(size, sizeof(size), "%" PRIu64, total->bytes);
		else
			listing_human(total->bytes, size);
		printf("%-8s %s in %" PRIu64 "\n", name_kind(kind), size, total->count);
	}
}

/* Prints what there is; the status tells whether it is all. */
static int show(struct maps *maps, const struct command *command, const struct target *target)
{
	struct reading *reading = &maps->reading;
	int status;

	reader_read(target, reading);
	reader_explain(reading);
	if (reading->state != READER_GOOD && reading->state != READER_DENIED)
		return command->failure;
	status = listing_open(&maps->listing, command, "mappings");
	if (status)
		return status;
	drop_kernel(reading);
	show_pieces(maps);
	if (maps->listing.json)
		print_json(maps);
	else
		print_text(maps);
	listing_close(&maps->listing);
	return reading->state == READER_GOOD ? 0 : command->failure;
}

static int maps_main(const struct command *command, int argc, char **argv)
{
	const struct choice *choice;
	struct arguments arguments;
	struct maps maps = { 0 };
	const char *value, *why;
	struct target target;
	int status;

	arguments_start(&arguments, command, argc, argv);
	while ((choice = arguments_next(&arguments, &value)))
		if (filter_choose(&maps.filter, choice, value, &why) ?
			    why : (why = listing_choose(&maps.listing, choice, value)))
			return command_misused(command, "--%s %s", choice->name, why);
	if (arguments.over)
		return arguments.status;
	status = command_target(command, argc, argv, 1, &target);
	if (status)
		return status;
	status = show(&maps, command, &target);
	resident_free(&maps.resident);
	symbols_free(maps.symbols);
	reader_free(&maps.reading);
	return status;
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
	.choices = (const struct choice *const[]){ filter_choices, listing_choices,
						   command_choices, NULL },
	.columns = maps_columns,
	.failure = 1,
	.run = maps_main,
};
