/* SPDX-License-Identifier: MIT */
#include "listing.h"

#include <inttypes.h>
#include <libsmartcols.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "message.h"
#include "utf8.h"

enum { KEY_COLOR = 256, KEY_SORT };

const struct choice listing_choices[] = {
	{ .name = "bytes", .key = 'b', .help = "print sizes in bytes" },
	{ .name = "json", .key = 'J', .help = "print JSON" },
	{ .name = "noheadings", .key = 'n', .help = "print no headings" },
	{ .name = "output", .key = 'o', .argument = "COLUMNS",
	  .help = "print these columns (+COLUMNS: these as well)" },
	{ .name = "raw", .key = 'r', .help = "print raw text, one space between columns" },
	{ .name = "sort", .key = KEY_SORT, .argument = "COLUMN",
	  .help = "sort by a column (-COLUMN: from the largest down)" },
	{ .name = "color", .key = KEY_COLOR, .argument = "[WHEN]",
	  .help = "auto, always or never; NO_COLOR is never", .values = "auto always never" },
	{ .name = NULL },
};

static const char *choose_color(struct listing *listing, const char *value)
{
	static const char *const words[] = { "auto", "always", "never" };

	for (int i = 0; i < 3; i++)
		if (!value || strcmp(value, words[i]) == 0) {
			listing->color = (enum listing_color)i;
			return NULL;
		}
	return "is not one of auto, always, never";
}

const char *listing_choose(struct listing *listing, const struct choice *choice,
			   const char *value)
{
	switch (choice->key) {
	case 'b':
		listing->bytes = true;
		break;
	case 'J':
		listing->json = true;
		break;
	case 'n':
		listing->noheadings = true;
		break;
	case 'o':
		listing->output = value;
		break;
	case 'r':
		listing->raw = true;
		break;
	case KEY_SORT:
		listing->sort = value;
		break;
	case KEY_COLOR:
		return choose_color(listing, value);
	}
	return listing->json && listing->raw ? "excludes the other of --json and --raw" : NULL;
}

bool listing_shows(const struct listing *listing, int column)
{
	return listing->place[column] >= 0;
}

static void show_column(struct listing *listing, int column)
{
	if (listing_shows(listing, column))
		return;
	listing->place[column] = (int)listing->count;
	listing->order[listing->count++] = column;
}

static int find_column(const struct column *column, const char *name, size_t length)
{
	for (int i = 0; column[i].name; i++)
		if (strncasecmp(column[i].name, name, length) == 0 && !column[i].name[length])
			return i;
	return -1;
}

/* Columns of --output, each once; NULL, or the name that is none. */
static const char *choose_columns(struct listing *listing)
{
	const char *name = listing->output;
	size_t length;

	if (!name || *name == '+')
		for (int i = 0; listing->column[i].name; i++)
			if (listing->column[i].shown)
				show_column(listing, i);
	if (!name)
		return NULL;
	for (name += *name == '+'; ; name += length + 1) {
		length = strcspn(name, ",");
		int column = find_column(listing->column, name, length);
		if (column < 0)
			return name;
		show_column(listing, column);
		if (!name[length])
			return NULL;
	}
}

/* The column to sort by, which is there without being shown where it must;
 * NULL, or the name that is none. */
static const char *choose_sort(struct listing *listing)
{
	const char *name = listing->sort;
	size_t shown = listing->count;

	listing->sorted = -1;
	if (!name)
		return NULL;
	name += *name == '-';
	listing->sorted = find_column(listing->column, name, strlen(name));
	if (listing->sorted < 0)
		return name;
	show_column(listing, listing->sorted);
	listing->hidden = listing->count > shown;
	return NULL;
}

/* Cells of numbers have their value with them. */
static int compare_numbers(struct libscols_cell *left, struct libscols_cell *right, void *data)
{
	uintptr_t a = (uintptr_t)scols_cell_get_userdata(left);
	uintptr_t b = (uintptr_t)scols_cell_get_userdata(right);
	const struct listing *listing = data;
	int order = a < b ? -1 : a > b;

	return *listing->sort == '-' ? -order : order;
}

static int compare_texts(struct libscols_cell *left, struct libscols_cell *right, void *data)
{
	int order = scols_cmpstr_cells(left, right, NULL);
	const struct listing *listing = data;

	return *listing->sort == '-' ? -order : order;
}

static bool is_text(const struct column *column)
{
	return column->type == COLUMN_TEXT || column->type == COLUMN_BOOLEAN;
}

static void sort_rows(struct listing *listing)
{
	struct libscols_column *column;

	if (listing->sorted < 0)
		return;
	column = scols_table_get_column(listing->table, (size_t)listing->place[listing->sorted]);
	scols_column_set_cmpfunc(column, is_text(&listing->column[listing->sorted]) ?
						 compare_texts : compare_numbers, listing);
	scols_sort_table(listing->table, column);
}

static void add_column(struct listing *listing, const struct column *column, bool hidden)
{
	bool number = column->type == COLUMN_NUMBER ||
		      (column->type == COLUMN_SIZE && listing->bytes);
	int flags = (is_text(column) ? 0 : SCOLS_FL_RIGHT) | (hidden ? SCOLS_FL_HIDDEN : 0);
	struct libscols_column *new =
		scols_table_new_column(listing->table, column->name, 0,
				       flags | (column->cut ? SCOLS_FL_TRUNC : 0));

	if (!new)
		memory_out();
	scols_column_set_json_type(new, number ? SCOLS_JSON_NUMBER :
				   column->type == COLUMN_BOOLEAN ? SCOLS_JSON_BOOLEAN :
								    SCOLS_JSON_STRING);
}

static bool wants_color(const struct listing *listing)
{
	const char *no_color = getenv("NO_COLOR");

	if (listing->json || listing->raw || listing->color == COLOR_NEVER)
		return false;
	if (listing->color == COLOR_ALWAYS)
		return true;
	return isatty(STDOUT_FILENO) && !(no_color && *no_color);
}

static void say_columns(const struct listing *listing, char *text, size_t size)
{
	size_t length = 0;

	for (const struct column *c = listing->column; c->name && length < size; c++)
		length += (size_t)snprintf(text + length, size - length, "%s%s",
					   length ? ", " : "", c->name);
}

int listing_open(struct listing *listing, const struct command *command, const char *name)
{
	const char *unknown;
	char names[LISTING_COLUMNS_MAX * 16];

	listing->column = command->columns;
	listing->name = name;
	memset(listing->place, 0xff, sizeof(listing->place));
	unknown = choose_columns(listing);
	if (!unknown)
		unknown = choose_sort(listing);
	if (unknown) {
		say_columns(listing, names, sizeof(names));
		return command_misused(command, "'%.*s' is no column; the columns are %s",
				       (int)strcspn(unknown, ","), unknown, names);
	}
	scols_init_debug(0);
	listing->table = scols_new_table();
	if (!listing->table || scols_table_set_name(listing->table, name))
		memory_out();
	scols_table_enable_json(listing->table, listing->json);
	scols_table_enable_raw(listing->table, listing->raw);
	scols_table_enable_noheadings(listing->table, listing->noheadings);
	scols_table_enable_colors(listing->table, wants_color(listing));
	for (size_t i = 0; i < listing->count; i++)
		add_column(listing, &listing->column[listing->order[i]],
			   listing->hidden && i == listing->count - 1);
	return 0;
}

void listing_row(struct listing *listing, const char *color)
{
	listing->line = scols_table_new_line(listing->table, NULL);
	if (!listing->line || (color && scols_line_set_color(listing->line, color)))
		memory_out();
}

/* Takes over the text, which is from malloc. */
static void set_cell(struct listing *listing, int column, char *text)
{
	if (scols_line_refer_data(listing->line, (size_t)listing->place[column], text))
		memory_out();
}

void listing_text(struct listing *listing, int column, const char *text, size_t length)
{
	char *copy;

	if (!listing_shows(listing, column))
		return;
	copy = memory_text("%.*s", (int)length, text);
	utf8_repair(copy);
	set_cell(listing, column, copy);
}

/* For sorting: a number's value lies with its text. */
static void set_number(struct listing *listing, int column, char *text, uint64_t number)
{
	set_cell(listing, column, text);
	scols_cell_set_userdata(scols_line_get_cell(listing->line,
						    (size_t)listing->place[column]),
				(void *)(uintptr_t)number);
}

void listing_number(struct listing *listing, int column, uint64_t number)
{
	if (listing_shows(listing, column))
		set_number(listing, column, memory_text("%" PRIu64, number), number);
}

void listing_address(struct listing *listing, int column, uint64_t address)
{
	if (listing_shows(listing, column))
		set_number(listing, column, memory_text("0x%012" PRIx64, address), address);
}

void listing_size(struct listing *listing, int column, uint64_t bytes)
{
	char text[LISTING_SIZE_MAX];

	if (!listing_shows(listing, column))
		return;
	if (listing->bytes)
		snprintf(text, sizeof(text), "%" PRIu64, bytes);
	else
		listing_human(bytes, text);
	set_number(listing, column, memory_text("%s", text), bytes);
}

void listing_boolean(struct listing *listing, int column, bool value)
{
	if (listing_shows(listing, column))
		set_cell(listing, column, memory_text("%s", value ? "yes" : "no"));
}

void listing_human(uint64_t bytes, char *text)
{
	static const char units[] = "BKMGTPE";
	uint64_t whole = bytes, rest = 0;
	int unit = 0;

	for (; whole >= 1024; whole /= 1024, unit++)
		rest = whole % 1024;
	/* Rounded down to a tenth: 4095 MiB must not read as 4G. */
	rest = rest * 10 / 1024;
	if (rest)
		snprintf(text, LISTING_SIZE_MAX, "%" PRIu64 ".%" PRIu64 "%c", whole, rest,
			 units[unit]);
	else
		snprintf(text, LISTING_SIZE_MAX, "%" PRIu64 "%c", whole, units[unit]);
}

void listing_print(struct listing *listing, const char *members)
{
	char *text;

	sort_rows(listing);
	if (!listing->json) {
		scols_print_table(listing->table);
		return;
	}
	/* libsmartcols prints one object with the rows as its only member: others
	 * go in behind its opening brace. */
	if (scols_print_table_to_string(listing->table, &text))
		memory_out();
	printf("{\n%s%s", members, text + strspn(text, "{\n"));
	free(text);
}

void listing_close(struct listing *listing)
{
	scols_unref_table(listing->table);
}
