/* SPDX-License-Identifier: MIT */
/* vactl plot: a picture of an address space, or of what changed in one. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmdline.h"
#include "command.h"
#include "compare.h"
#include "message.h"
#include "names.h"
#include "plot_picture.h"
#include "reader.h"
#include "save.h"

enum { KEY_WIDTH = 256, KEY_ROWS };

static const struct choice plot_choices[] = {
	{ .name = "compare", .key = 'c',
	  .help = "draw what came, went and stayed from A to B, each a PID or a core file" },
	{ .name = "file", .key = 'f', .argument = "FILE", .help = "write to FILE, not to stdout" },
	{ .name = "save", .key = 's', .argument = "FILE",
	  .help = "draw nothing, but save to FILE what a later --compare can take for a core" },
	{ .name = "width", .key = KEY_WIDTH, .argument = "PIXELS",
	  .help = "make it so wide, not 1000" },
	{ .name = "rows", .key = KEY_ROWS, .argument = "NUMBER",
	  .help = "draw no more lines, not 40" },
	{ .name = NULL },
};

/* What is drawn, and what of. */
struct source {
	struct reading reading;
	struct tiles tiles;
};

struct plot {
	const struct command *command;
	bool compare;
	const char *file; /* NULL: stdout */
	bool save;        /* a snapshot, and no picture */
	FILE *out;        /* NULL: not open yet */
	unsigned int width, rows;
};

/* Returns 0, or the exit status where there is nothing to draw. What may not
 * be read is drawn as far as the kernel tells. */
static int load(const struct plot *plot, const struct target *target, struct source *source)
{
	struct reading *reading = &source->reading;

	reader_read(target, reading);
	reader_explain(reading);
	if (reading->state != READER_GOOD && reading->state != READER_DENIED)
		return plot->command->failure;
	if (reading->state == READER_DENIED)
		reading->table = (struct table){ 0 };
	tiles_make(&source->tiles, &reading->table, &reading->intervals, &reading->vmas);
	if (source->tiles.count)
		return 0;
	message_print("plot: %s has nothing mapped", reading->subject);
	return plot->command->failure;
}

static int open_output(struct plot *plot)
{
	plot->out = plot->file ? fopen(plot->file, "we") : stdout;
	if (plot->out)
		return 0;
	message_print("plot: cannot write %s: %s", plot->file, strerror(errno));
	return plot->command->failure;
}

static void release(struct source *source)
{
	tiles_free(&source->tiles);
	reader_free(&source->reading);
}

/* What the process was started as; from malloc. */
static char *title_of(const struct reading *reading)
{
	char text[1024];
	size_t length = 0;

	if (target_is_core(&reading->target))
		return memory_text("%s", *reading->core.command ? reading->core.command :
								   reading->target.path);
	length = cmdline_read(reading->target.pid, text, sizeof(text));
	return length ? memory_text("%.*s", (int)length, text) :
			memory_text("%s", reading->subject);
}

/* Where the window lies and how it is kept; from malloc. */
static char *facts_of(const struct reading *reading)
{
	char window[NAME_WINDOW_MAX];

	if (reading->state != READER_GOOD)
		return memory_text("%s · its table may not be read", reading->subject);
	name_window(&reading->table, window);
	return memory_text("%s · window %s · reach %s · fence %s%s", reading->subject, window,
			   name_reach(reading->table.reach), name_fence(reading->table.fence),
			   reading->consistent ? "" : " · read while it changed");
}

/* Draws tiles of a source, its own or others. Title and facts are freed. */
static void draw(const struct plot *plot, const struct source *source, const struct tiles *tiles,
		 char *title, char *facts)
{
	const struct table *table = &source->reading.table;
	struct window window = { table->lower, table->upper };
	struct picture picture = {
		.tiles = tiles, .title = title, .facts = facts,
		.owners = &source->reading.vmas, .width = (int)plot->width, .rows = plot->rows,
		.spans = window_spans(&window, table->min, table->top),
	};

	picture_draw(&picture, plot->out);
	free(title);
	free(facts);
}

/* The picture of a source, or its snapshot. What the kernel alone tells is a
 * picture, and not the one asked for; a snapshot it is not at all. */
static int show(struct plot *plot, const struct source *source)
{
	bool good = source->reading.state == READER_GOOD;
	char *title;

	if ((plot->save && !good) || open_output(plot))
		return plot->command->failure;
	title = title_of(&source->reading);
	if (plot->save) {
		save_write(&source->reading, title, plot->out);
		free(title);
	} else {
		draw(plot, source, &source->tiles, title, facts_of(&source->reading));
	}
	return good ? 0 : plot->command->failure;
}

static int plot_one(struct plot *plot, int argc, char **argv)
{
	struct source source = { 0 };
	struct target target;
	int status = command_target(plot->command, argc, argv, 1, &target);

	if (status)
		return status;
	status = load(plot, &target, &source);
	if (!status)
		status = show(plot, &source);
	release(&source);
	return status;
}

static void draw_change(const struct plot *plot, const struct source *before,
			const struct source *after)
{
	char *from = title_of(&before->reading), *to = title_of(&after->reading);
	char *title = strcmp(from, to) == 0 ? memory_text("%s", to) :
					      memory_text("%s → %s", from, to);
	char *facts = facts_of(&after->reading);
	struct tiles tiles;

	compare_tiles(&before->tiles, &after->tiles, &tiles);
	draw(plot, after, &tiles, title, memory_text("%s → %s", before->reading.subject, facts));
	tiles_free(&tiles);
	free(from);
	free(to);
	free(facts);
}

static int plot_two(struct plot *plot, int argc, char **argv)
{
	struct source source[2] = { 0 };
	struct target target[2];
	int status = command_target(plot->command, argc, argv, 2, &target[0]);

	if (status)
		return status;
	optind++;
	status = command_target(plot->command, argc, argv, 1, &target[1]);
	for (int i = 0; i < 2 && !status; i++)
		status = load(plot, &target[i], &source[i]);
	if (!status)
		status = open_output(plot);
	if (!status)
		draw_change(plot, &source[0], &source[1]);
	for (int i = 0; i < 2 && !status; i++)
		if (source[i].reading.state != READER_GOOD)
			status = plot->command->failure;
	release(&source[0]);
	release(&source[1]);
	return status;
}

/* A whole number from `least` to `most`; false: it is none. */
static bool read_number(const char *text, unsigned long least, unsigned long most,
			unsigned int *number)
{
	const char *end;
	uint64_t value;

	if (window_digits(text, &end, &value) || *end || value < least || value > most)
		return false;
	*number = (unsigned int)value;
	return true;
}

/* Returns 0, or the exit status after a message. */
static int choose(struct plot *plot, const struct choice *choice, const char *value)
{
	switch (choice->key) {
	case 'c':
		plot->compare = true;
		break;
	case 's':
	case 'f':
		if (plot->file)
			return command_misused(plot->command, "writes one file, for --file or --save");
		plot->file = value;
		plot->save = choice->key == 's';
		break;
	case KEY_WIDTH:
		if (!read_number(value, PICTURE_WIDTH_MIN, PICTURE_WIDTH_MAX, &plot->width))
			return command_misused(plot->command, "--width is not from %d to %d",
					       PICTURE_WIDTH_MIN, PICTURE_WIDTH_MAX);
		break;
	case KEY_ROWS:
		if (!read_number(value, 1, PICTURE_ROWS_MAX, &plot->rows))
			return command_misused(plot->command, "--rows is not from 1 to %d",
					       PICTURE_ROWS_MAX);
		break;
	}
	return 0;
}

/* A full disk must not look like a picture. */
static int close_output(const struct plot *plot)
{
	bool failed;

	if (!plot->file || !plot->out)
		return 0;
	failed = ferror(plot->out);
	if (!fclose(plot->out) && !failed)
		return 0;
	message_print("plot: cannot write %s: %s", plot->file, strerror(errno));
	return plot->command->failure;
}

static int plot_main(const struct command *command, int argc, char **argv)
{
	struct plot plot = { .command = command, .width = PICTURE_WIDTH, .rows = PICTURE_ROWS };
	struct arguments arguments;
	const struct choice *choice;
	const char *value;
	int status = 0, written;

	arguments_start(&arguments, command, argc, argv);
	while (!status && (choice = arguments_next(&arguments, &value)))
		status = choose(&plot, choice, value);
	if (status || arguments.over)
		return status ? status : arguments.status;
	if (plot.compare && plot.save)
		return command_misused(command, "--compare draws, and --save does not");
	status = plot.compare ? plot_two(&plot, argc, argv) : plot_one(&plot, argc, argv);
	written = close_output(&plot);
	return status ? status : written;
}

const struct command command_plot = {
	.name = "plot",
	.arguments = "PID|CORE, or with --compare two of them",
	.summary = "Draw a picture of an address space, or of what changed in one, as SVG.",
	.notes = "The picture is for browsers: it follows their dark and light, and tells of each\n"
		 "mapping where the mouse rests on it.\n"
		 "Exit status: 0, or 1 where a table could not be read or something failed.\n",
	.choices = (const struct choice *const[]){ plot_choices, command_choices, NULL },
	.failure = 1,
	.run = plot_main,
};
