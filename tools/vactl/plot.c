/* SPDX-License-Identifier: MIT */
/* vactl plot: a picture of an address space, or of the changes in one. */
#include "command.h"
#include "picture.h"
#include "process.h"

#define STRING(number) STRING_OF(number)
#define STRING_OF(number) #number

static const struct choice plot_choices[] = {
	{ .name = "compare", STORED(compare), .letter = 'c',
	  .help = "draw what came, went and stayed from A to B, each a PID or a core file" },
	{ .name = "file", STORED(file), .letter = 'f', .argument = "FILE",
	  .help = "write to FILE, not to stdout" },
	{ .name = "save", STORED(save), .letter = 's', .argument = "FILE",
	  .help = "draw nothing, but save to FILE what a later --compare can take for a core" },
	{ .name = "width", STORED(width), .argument = "PIXELS",
	  .least = PICTURE_WIDTH_MIN, .most = PICTURE_WIDTH_MAX,
	  .help = "make it so wide, not " STRING(PICTURE_WIDTH) },
	{ .name = "rows", STORED(lines), .argument = "NUMBER",
	  .least = 1, .most = PICTURE_LINES_MAX,
	  .help = "draw no more lines, not " STRING(PICTURE_LINES) },
	JSON_CHOICE, HELP_CHOICE,
};

/* The command line, or for want of one the name of the source. From malloc. */
static char *make_title(const struct reading *reading)
{
	struct title title = title_of(reading);

	return memory_text("%s", *title.text ? title.text :
			   reading->path ? reading->path : reading->subject);
}

/* The window and its fence. From malloc. */
static char *make_facts(const struct reading *reading)
{
	if (!reader_table(reading))
		return memory_text("%s · %s", reading->subject, reading->state == READER_DENIED ?
				   "its table may not be read" : "not confined");
	return memory_text("%s · window %s · reach %s · fence %s%s", reading->subject,
			   word_window(&reading->table).text, reach_names[reading->table.reach],
			   fence_names[reading->table.fence],
			   reading->consistent ? "" : " · read while it changed");
}

/* Makes a picture of a reading. Returns false after a message if there is none. */
static bool make_picture(const struct reading *reading, struct picture *picture)
{
	regions_make(&picture->regions, reader_table(reading), &reading->intervals, &reading->vmas);
	picture->title = make_title(reading);
	picture->facts = make_facts(reading);
	picture->reading = reading;
	if (!picture->regions.count)
		message_print("plot: %s has nothing mapped", reading->subject);
	return picture->regions.count;
}

static void free_picture(struct picture *picture)
{
	memory_drop(&picture->regions);
	free(picture->title);
	free(picture->facts);
}

/* Makes a picture of the changes from `before` to `after`. */
static void compare_pictures(const struct picture *before, const struct picture *after,
			     struct picture *change)
{
	bool same = strcmp(before->title, after->title) == 0;

	change->reading = after->reading;
	regions_compare(&before->regions, &after->regions, &change->regions);
	change->title = memory_text("%s%s%s", same ? "" : before->title, same ? "" : " → ",
				    after->title);
	change->facts = memory_text("%s → %s", before->reading->subject, after->facts);
}

/* Prints the regions of the picture. */
static void print_picture_json(const struct picture *picture, const struct reading *before)
{
	struct json json = { 0 };

	process_json(&json, NULL, picture->reading);
	if (before) {
		process_json(&json, "before", before);
		json_close(&json, '}');
	}
	json_open(&json, "regions", '[');
	for (size_t i = 0; i < picture->regions.count; i++) {
		const struct region *region = &picture->regions.at[i];

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
static bool write_output(const struct arguments *arguments, const struct picture *picture)
{
	const char *file = arguments->save ? arguments->save : arguments->file;
	FILE *out = file ? fopen(file, "we") : stdout;
	bool failed = !out;

	if (out && arguments->save)
		save_write(picture->reading, picture->title, out);
	else if (out)
		picture_draw(picture, out);
	/* A picture cut short by a full disk must not pass for whole. */
	if (out && file) {
		failed = ferror(out);
		failed |= fclose(out) != 0;
	}
	if (failed)
		message_print("plot: cannot write %s: %s", file, strerror(errno));
	return !failed;
}

/* Returns 0, or the exit status if options exclude each other. */
static int check_options(const struct command *command, const struct arguments *arguments)
{
	if (arguments->file && arguments->save)
		return command_misused(command, "writes one file, for --file or --save");
	if (arguments->json && (arguments->file || arguments->save))
		return command_misused(command, "--json prints, and writes no file");
	if (arguments->compare && arguments->save)
		return command_misused(command, "--compare draws, and --save does not");
	return 0;
}

static int plot_run(const struct command *command, struct arguments *arguments)
{
	struct reading *reading = arguments->reading;
	bool compare = arguments->compare, good;
	struct picture picture[3] = { 0 }, *drawn = &picture[compare ? 2 : 0];
	int status = check_options(command, arguments);

	if (!status)
		status = targets_read(command, arguments);
	if (status)
		return status;
	/* A snapshot is of a table only. */
	if (arguments->save && !reader_table(reading)) {
		if (reading->state == READER_UNCONFINED)
			reader_explain(reading);
		return command->failure;
	}
	drawn->width = (int)arguments->width;
	drawn->lines = arguments->lines;
	good = make_picture(&reading[0], &picture[0]) &&
	       (!compare || make_picture(&reading[1], &picture[1]));
	if (good && compare)
		compare_pictures(&picture[0], &picture[1], drawn);
	if (good && arguments->json)
		print_picture_json(drawn, compare ? reading : NULL);
	else
		good = good && write_output(arguments, drawn);
	for (int i = 0; i < 3; i++)
		free_picture(&picture[i]);
	return good ? 0 : command->failure;
}

const struct command command_plot = {
	.name = "plot",
	.arguments = "PID|CORE, or with --compare two of them",
	.summary = "Draw a picture of an address space, or of what changed in one, as SVG.",
	.notes = "The picture is for browsers: it follows their dark and light, and tells of "
		 "each mapping where the mouse rests on it.\nExit status: 0, or 1 where a "
		 "table could not be read or something failed.",
	.choices = plot_choices,
	.failure = 1,
	.targets = 1,
	.partial = true,
	.defaults = { .width = PICTURE_WIDTH, .lines = PICTURE_LINES },
	.run = plot_run,
};
