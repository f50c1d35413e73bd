/* SPDX-License-Identifier: MIT */
/* vactl maps: a process's table, joined with the kernel's list. */
#include "core/text.h"
#include "piece_row.h"
#include "process.h"

static const struct choice maps_choices[] = {
	{ .name = "kind", STORED(kinds), .argument = "KINDS",
	  .help = "only these kinds, with commas between" },
	{ .name = "range", STORED(range), .argument = "LOWER-UPPER",
	  .help = "only what lies in a window, wholly or in part" },
	{ .name = "owner", STORED(owner), .argument = "GLOBS",
	  .help = "only what these files' code mapped, with : between" },
	OUTPUT_CHOICES, LISTING_CHOICES, HELP_CHOICE,
};

/* --- which pieces are listed ------------------------------------------------ */

struct filter {
	unsigned int kinds; /* a bit for each; 0: all */
	bool has_range;
	struct window range;
	const char *owner; /* globs; NULL: any */
};

/* The bits of the kinds in a list; 0 if it names something else. */
static unsigned int kind_bits(const char *list)
{
	unsigned int bits = 0;

	for (;; list++) {
		size_t length = strcspn(list, ",");
		unsigned int kind = KIND_GUEST;

		while (kind < KIND_NAMES && !text_is(list, length, kind_names[kind]))
			kind++;
		if (kind == KIND_NAMES)
			return 0;
		bits |= 1U << kind;
		list += length;
		if (!*list)
			return bits;
	}
}

/* Reads the options' values. Returns 0, or the command's failure status after a message. */
static int filter_open(struct filter *filter, const struct command *command,
		       const struct arguments *arguments)
{
	const char *why = NULL;

	*filter = (struct filter){
		.kinds = arguments->kinds ? kind_bits(arguments->kinds) : 0,
		.has_range = arguments->range, .owner = arguments->owner,
	};
	if (arguments->kinds && !filter->kinds)
		return command_misused(command, "--kind takes guest, host, other, fence, guard, "
				       "own, claim, unknown, with commas between");
	if (arguments->range && window_parse(arguments->range, 0, &filter->range, &why))
		return command_misused(command, "--range %s", why ? why : "is no window");
	return 0;
}

static bool in_range(const struct window *range, const struct piece *piece)
{
	struct spans spans = window_spans(range, 0, UINTPTR_MAX);

	for (int i = 0; i < spans.count; i++)
		if (!span_empty(span_cut(spans.at[i], (struct span){ piece->start, piece->end })))
			return true;
	return false;
}

static bool filter_takes(const struct filter *filter, const struct piece *piece,
			 const struct vmas *vmas)
{
	const struct procmaps_line *owner = filter->owner ? piece_owner(piece, vmas) : NULL;

	return !piece_is_gap(piece) && (!filter->kinds || filter->kinds >> piece->kind & 1) &&
	       (!filter->has_range || in_range(&filter->range, piece)) &&
	       (!filter->owner || (owner && vma_matches(owner, filter->owner)));
}

/* --- the command ------------------------------------------------------------ */

static const char *piece_color(const struct piece *piece, bool confined)
{
	static const char *const colors[KIND_NAMES] = {
		[KIND_GUEST] = "red", [KIND_HOST] = "cyan", [KIND_FENCE] = "darkgray",
		[KIND_GUARD] = "darkgray", [KIND_OWN] = "darkgray", [KIND_CLAIM] = "darkgray",
		[KIND_RESERVED] = "darkgray", [KIND_UNKNOWN] = "yellow",
	};

	return !confined || (piece->kind == KIND_GUEST && piece->inside) ? NULL :
									   colors[piece->kind];
}

/* Adds the pieces to the listing, and sums them up by kind. */
static void list_pieces(struct listing *listing, const struct filter *filter,
			const struct reading *reading, struct total total[KIND_NAMES])
{
	struct piece_rows rows;
	struct pieces pieces;
	struct piece piece;

	piece_rows_open(&rows, listing, reading);
	pieces_start(&pieces, &reading->table, &reading->intervals, &reading->vmas);
	while (pieces_next(&pieces, &piece)) {
		if (!filter_takes(filter, &piece, &reading->vmas))
			continue;
		listing_row(listing, piece_color(&piece, reader_table(reading)));
		piece_row(listing, &piece, &rows);
		total[piece.kind].bytes += piece.end - piece.start;
		total[piece.kind].count++;
	}
	piece_rows_close(&rows);
}

static void print_maps(struct listing *listing, const struct reading *reading,
		       const struct total total[KIND_NAMES])
{
	const struct arguments *arguments = listing->arguments;
	struct json json = { 0 };

	if (arguments->json) {
		process_json(&json, NULL, reading);
		kinds_json(&json, total);
		listing_json(listing, &json);
		json_close(&json, '}');
		return;
	}
	listing_print(listing);
	if (arguments->raw || arguments->noheadings)
		return;
	putchar('\n');
	for (unsigned int kind = KIND_GUEST; kind < KIND_NAMES; kind++)
		if (total[kind].count)
			printf("%-8s %s in %" PRIu64 "\n", kind_names[kind],
			       word_size(total[kind].bytes, arguments->bytes).text,
			       total[kind].count);
}

static int maps_run(const struct command *command, struct arguments *arguments)
{
	struct total total[KIND_NAMES] = { 0 };
	struct listing listing;
	struct filter filter;
	int status = filter_open(&filter, command, arguments);

	if (!status)
		status = listing_open(&listing, command, arguments, "mappings");
	if (!status)
		status = targets_read(command, arguments);
	if (status)
		return status;
	list_pieces(&listing, &filter, &arguments->reading[0], total);
	print_maps(&listing, &arguments->reading[0], total);
	listing_close(&listing);
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
	.choices = maps_choices,
	.columns = piece_columns + 1,
	.shown = SHOWN_MAPS,
	.failure = 1,
	.targets = 1,
	.partial = true,
	.run = maps_run,
};
