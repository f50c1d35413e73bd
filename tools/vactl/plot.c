/* SPDX-License-Identifier: MIT */
/* vactl plot: a picture of an address space, or of what changed in one. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "message.h"
#include "names.h"
#include "picture.h"
#include "proc_header.h"
#include "processes.h"
#include "save.h"

enum { KEY_WIDTH = 256, KEY_ROWS };

#define STRING(number) STRING_OF(number)
#define STRING_OF(number) #number

static const struct choice plot_choices[] = {
	{ .name = "compare", STORED(compare), .key = 'c',
	  .help = "draw what came, went and stayed from A to B, each a PID or a core file" },
	{ .name = "file", STORED(file), .key = 'f', .argument = "FILE",
	  .help = "write to FILE, not to stdout" },
	{ .name = "save", STORED(save), .key = 's', .argument = "FILE",
	  .help = "draw nothing, but save to FILE what a later --compare can take for a core" },
	{ .name = "width", STORED(width), .key = KEY_WIDTH, .argument = "PIXELS",
	  .least = PICTURE_WIDTH_MIN, .most = PICTURE_WIDTH_MAX,
	  .help = "make it so wide, not " STRING(PICTURE_WIDTH) },
	{ .name = "rows", STORED(lines), .key = KEY_ROWS, .argument = "NUMBER",
	  .least = 1, .most = PICTURE_LINES_MAX,
	  .help = "draw no more lines, not " STRING(PICTURE_LINES) },
	{ .name = NULL },
};

/* The command line, or else the name of the source. From malloc. */
static char *make_title(const struct reading *reading)
{
	const char *otherwise = target_is_core(&reading->target) ? reading->target.path :
								   reading->subject;
	struct title title = title_of_reading(reading);

	return memory_text("%s", *title.text ? title.text : otherwise);
}

/* The window and how it is kept. From malloc. */
static char *make_facts(const struct reading *reading)
{
	if (!reader_table(reading))
		return memory_text("%s · %s", reading->subject, reading->state == READER_DENIED ?
				   "its table may not be read" : "not confined");
	return memory_text("%s · window %s · reach %s · fence %s%s", reading->subject,
			   word_window(&reading->table).text, name_reach(reading->table.reach),
			   name_fence(reading->table.fence),
			   reading->consistent ? "" : " · read while it changed");
}

/* A source of the picture; two are compared. */
struct source {
	const struct reading *reading;
	struct regions regions;
	char *title, *facts;
};

static void make_source(const struct reading *reading, struct source *source)
{
	regions_make(&source->regions, reader_table(reading), &reading->intervals, &reading->vmas);
	source->title = make_title(reading);
	source->facts = make_facts(reading);
	source->reading = reading;
}

static void free_source(struct source *source)
{
	regions_free(&source->regions);
	free(source->title);
	free(source->facts);
}

/* Makes a source of what changed from `before` to `after`. */
static void compare_sources(const struct source *before, const struct source *after,
			    struct source *change)
{
	bool same = strcmp(before->title, after->title) == 0;

	change->reading = after->reading;
	regions_compare(&before->regions, &after->regions, &change->regions);
	change->title = memory_text("%s%s%s", same ? "" : before->title, same ? "" : " → ",
				    after->title);
	change->facts = memory_text("%s → %s", before->reading->subject, after->facts);
}

static void draw_source(const struct arguments *arguments, const struct source *source, FILE *out)
{
	struct picture picture = {
		.regions = &source->regions, .title = source->title, .facts = source->facts,
		.owners = &source->reading->vmas, .width = (int)arguments->width,
		.lines = arguments->lines,
	};

	if (reader_table(source->reading))
		picture.spans = image_inside(&source->reading->table);
	picture_draw(&picture, out);
}

/* What is drawn, as data. */
static void print_source_json(const struct source *source, const struct reading *before)
{
	struct json json = { 0 };

	json_open(&json, NULL, '{');
	proc_header_json(&json, source->reading);
	if (before) {
		json_open(&json, "before", '{');
		proc_header_json(&json, before);
		json_close(&json, '}');
	}
	json_open(&json, "regions", '[');
	for (size_t i = 0; i < source->regions.count; i++) {
		const struct region *region = &source->regions.at[i];

		json_open(&json, NULL, '{');
		json_address(&json, "start", region->start);
		json_address(&json, "end", region->end);
		json_number(&json, "size", region->end - region->start);
		json_text(&json, "look", look_styles[region->look].class);
		vma_json(&json, region->vma);
		json_close(&json, '}');
	}
	json_close(&json, ']');
	json_close(&json, '}');
}

/* Writes the picture or the snapshot. Returns whether all of it was written. */
static bool write_output(const struct arguments *arguments, const struct source *source)
{
	const char *file = arguments->save ? arguments->save : arguments->file;
	FILE *out = file ? fopen(file, "we") : stdout;
	bool failed = !out;

	if (out && arguments->save)
		save_write(source->reading, source->title, out);
	else if (out)
		draw_source(arguments, source, out);
	/* A picture cut short by a full disk must not pass for whole. */
	if (out && file) {
		failed = ferror(out);
		failed |= fclose(out) != 0;
	}
	if (failed)
		message_print("plot: cannot write %s: %s", file, strerror(errno));
	return !failed;
}

static int plot_run(const struct command *command, struct arguments *arguments)
{
	struct source source[3] = { 0 };
	int count = arguments->compare ? 2 : 1, drawn = arguments->compare ? 2 : 0;
	bool good = true;
	int status;

	if (arguments->file && arguments->save)
		return command_misused(command, "writes one file, for --file or --save");
	if (arguments->json && (arguments->file || arguments->save))
		return command_misused(command, "--json prints, and writes no file");
	if (arguments->compare && arguments->save)
		return command_misused(command, "--compare draws, and --save does not");
	status = targets_read(command, arguments);
	if (status)
		return status;
	/* A snapshot is of a table only. */
	if (arguments->save && !reader_table(&arguments->reading[0])) {
		if (arguments->reading[0].state == READER_UNCONFINED)
			reader_explain(&arguments->reading[0]);
		return command->failure;
	}
	for (int i = 0; i < count && good; i++) {
		make_source(&arguments->reading[i], &source[i]);
		good = source[i].regions.count;
		if (!good)
			message_print("plot: %s has nothing mapped", source[i].reading->subject);
	}
	if (good && arguments->compare)
		compare_sources(&source[0], &source[1], &source[2]);
	if (good && arguments->json)
		print_source_json(&source[drawn], arguments->compare ? source[0].reading : NULL);
	else
		good = good && write_output(arguments, &source[drawn]);
	for (int i = 0; i < 3; i++)
		free_source(&source[i]);
	return good ? 0 : command->failure;
}

const struct command command_plot = {
	.name = "plot",
	.arguments = "PID|CORE, or with --compare two of them",
	.summary = "Draw a picture of an address space, or of what changed in one, as SVG.",
	.notes = "The picture is for browsers: it follows their dark and light, and tells of "
		 "each mapping where the mouse rests on it.\nExit status: 0, or 1 where a "
		 "table could not be read or something failed.",
	.choices = (const struct choice *const[]){ plot_choices, json_choices, command_choices,
						   NULL },
	.failure = 1,
	.targets = 1,
	.partial = true,
	.defaults = { .width = PICTURE_WIDTH, .lines = PICTURE_LINES },
	.run = plot_run,
};
