/* SPDX-License-Identifier: MIT */
#include "listing.h"

#include <ctype.h>
#include <inttypes.h>
#include <libsmartcols.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "core/utf8.h"
#include "message.h"
#include "names.h"

enum { KEY_COLOR = 256, KEY_SORT };

const struct choice listing_choices[] = {
	{ .name = "noheadings", STORED(noheadings), .key = 'n', .help = "print no headings" },
	{ .name = "output", STORED(output), .key = 'o', .argument = "COLUMNS",
	  .help = "print these columns (+COLUMNS: these as well)" },
	{ .name = "raw", STORED(raw), .key = 'r',
	  .help = "print raw text, one space between columns" },
	{ .name = "sort", STORED(sort), .key = KEY_SORT, .argument = "COLUMN",
	  .help = "sort by a column (-COLUMN: from the largest down)" },
	{ .name = "color", STORED(color), .key = KEY_COLOR, .argument = "[WHEN]",
	  .help = "auto, always or never; NO_COLOR is never", .values = "auto always never" },
	{ .name = NULL },
};

/* A column's number in the table; LISTING_COLUMNS_MAX: it is not shown. */
static size_t column_place(const struct listing *listing, const char *column)
{
	for (size_t i = 0; i < listing->count; i++)
		if (strcmp(listing->shown[i]->name, column) == 0)
			return i;
	return LISTING_COLUMNS_MAX;
}

bool listing_shows(const struct listing *listing, const char *column)
{
	return column_place(listing, column) < LISTING_COLUMNS_MAX;
}

static void show_column(struct listing *listing, const struct column *column)
{
	if (!listing_shows(listing, column->name))
		listing->shown[listing->count++] = column;
}

static const struct column *find_column(const struct listing *listing, const char *name,
					size_t length)
{
	for (const struct column *c = listing->columns; c->name; c++)
		if (strncasecmp(c->name, name, length) == 0 && !c->name[length])
			return c;
	return NULL;
}

/* Shows the columns of --output and of --sort, each once; NULL, or the name that
 * is none. */
static const char *choose_columns(struct listing *listing)
{
	const char *name = listing->arguments->output, *sort = listing->arguments->sort;
	const struct column *column;
	size_t length;

	for (column = listing->columns; column->name && (!name || *name == '+'); column++)
		if (column->shown)
			show_column(listing, column);
	if (name && *name == '+')
		name++;
	for (; name; name = name[length] ? name + length + 1 : NULL) {
		length = strcspn(name, ",");
		column = find_column(listing, name, length);
		if (!column)
			return name;
		show_column(listing, column);
	}
	listing->visible = listing->count;
	if (!sort)
		return NULL;
	sort += *sort == '-';
	listing->sorted = find_column(listing, sort, strlen(sort));
	if (!listing->sorted)
		return sort;
	show_column(listing, listing->sorted);
	return NULL;
}

static bool is_text(const struct column *column)
{
	return column->type == COLUMN_TEXT || column->type == COLUMN_BOOLEAN;
}

/* Cells of numbers have their value as user data; all others are text. */
static int compare_cells(struct libscols_cell *left, struct libscols_cell *right, void *data)
{
	uintptr_t a = (uintptr_t)scols_cell_get_userdata(left);
	uintptr_t b = (uintptr_t)scols_cell_get_userdata(right);
	const struct listing *listing = data;
	int order = is_text(listing->sorted) ? scols_cmpstr_cells(left, right, NULL) :
		    a < b ? -1 : a > b;

	return *listing->arguments->sort == '-' ? -order : order;
}

static void sort_rows(struct listing *listing)
{
	struct libscols_column *column;

	if (!listing->sorted)
		return;
	column = scols_table_get_column(listing->table, column_place(listing, listing->sorted->name));
	scols_column_set_cmpfunc(column, compare_cells, listing);
	scols_sort_table(listing->table, column);
}

static bool wants_color(const struct arguments *arguments, const char *when)
{
	const char *no_color = getenv("NO_COLOR");

	if (arguments->json || arguments->raw || strcmp(when, "never") == 0)
		return false;
	return strcmp(when, "always") == 0 || (isatty(STDOUT_FILENO) && !(no_color && *no_color));
}

static int say_no_column(const struct listing *listing, const struct command *command,
			 const char *unknown)
{
	char names[LISTING_COLUMNS_MAX * 16] = "";
	size_t length = 0;

	for (const struct column *c = listing->columns; c->name && length < sizeof(names); c++)
		length += (size_t)snprintf(names + length, sizeof(names) - length, "%s%s",
					   length ? ", " : "", c->name);
	return command_misused(command, "'%.*s' is no column; the columns are %s",
			       (int)strcspn(unknown, ","), unknown, names);
}

int listing_open(struct listing *listing, const struct command *command,
		 const struct arguments *arguments, const char *name)
{
	const char *when = arguments->color && *arguments->color ? arguments->color : "auto";
	const char *unknown;

	*listing = (struct listing){
		.columns = command->columns, .arguments = arguments, .name = name,
	};
	if (strcmp(when, "auto") != 0 && strcmp(when, "always") != 0 && strcmp(when, "never") != 0)
		return command_misused(command, "--color is not one of auto, always, never");
	if (arguments->json && arguments->raw)
		return command_misused(command, "each of --json and --raw excludes the other");
	unknown = choose_columns(listing);
	if (unknown)
		return say_no_column(listing, command, unknown);
	scols_init_debug(0);
	listing->table = scols_new_table();
	if (!listing->table)
		memory_out();
	scols_table_enable_raw(listing->table, arguments->raw);
	scols_table_enable_noheadings(listing->table, arguments->noheadings);
	scols_table_enable_colors(listing->table, wants_color(arguments, when));
	for (size_t i = 0; i < listing->count; i++) {
		const struct column *column = listing->shown[i];
		int flags = (is_text(column) ? 0 : SCOLS_FL_RIGHT) |
			    (i >= listing->visible ? SCOLS_FL_HIDDEN : 0) |
			    (column->cut ? SCOLS_FL_TRUNC : 0);

		if (!scols_table_new_column(listing->table, column->name, 0, flags))
			memory_out();
	}
	return 0;
}

void listing_row(struct listing *listing, const char *color)
{
	listing->line = scols_table_new_line(listing->table, NULL);
	if (!listing->line || (color && scols_line_set_color(listing->line, color)))
		memory_out();
}

/* Fills a cell with a text from malloc and the value to sort by. */
static void set_cell(struct listing *listing, size_t place, char *text, uint64_t value)
{
	utf8_repair(text);
	if (scols_line_refer_data(listing->line, place, text))
		memory_out();
	scols_cell_set_userdata(scols_line_get_cell(listing->line, place),
				(void *)(uintptr_t)value);
}

#define SET_CELL(value, ...) do { \
	size_t place = column_place(listing, column); \
 \
	if (place < LISTING_COLUMNS_MAX) \
		set_cell(listing, place, memory_text(__VA_ARGS__), value); \
} while (0)

void listing_text(struct listing *listing, const char *column, const char *text)
{
	SET_CELL(0, "%s", text);
}

void listing_file(struct listing *listing, const char *column, const struct procmaps_line *line)
{
	if (line)
		SET_CELL(0, "%.*s", (int)line->name_length, line->name);
}

void listing_number(struct listing *listing, const char *column, uint64_t number)
{
	SET_CELL(number, "%" PRIu64, number);
}

void listing_address(struct listing *listing, const char *column, uint64_t address)
{
	SET_CELL(address, "0x%012" PRIx64, address);
}

void listing_size(struct listing *listing, const char *column, uint64_t bytes)
{
	SET_CELL(bytes, "%s", word_size(bytes, listing->arguments->bytes).text);
}

void listing_boolean(struct listing *listing, const char *column, bool value)
{
	SET_CELL(0, "%s", value ? "yes" : "no");
}

/* By the column's type: numbers stand as they are. */
static void json_cell(const struct listing *listing, struct json *json, const struct column *column,
		      const char *text)
{
	char name[32];
	size_t i = 0;

	for (; column->name[i]; i++)
		name[i] = (char)tolower((unsigned char)column->name[i]);
	name[i] = 0;
	text = text && *text ? text : NULL;
	if (text && (column->type == COLUMN_NUMBER ||
		     (column->type == COLUMN_SIZE && listing->arguments->bytes)))
		json_print(json, name, "%s", text);
	else if (text && column->type == COLUMN_BOOLEAN)
		json_boolean(json, name, *text == 'y');
	else
		json_text(json, name, text);
}

void listing_json(struct listing *listing, struct json *json)
{
	struct libscols_iter *rows = scols_new_iter(SCOLS_ITER_FORWARD);
	struct libscols_line *line;

	if (!rows)
		memory_out();
	sort_rows(listing);
	json_open(json, listing->name, '[');
	while (scols_table_next_line(listing->table, rows, &line) == 0) {
		json_open(json, NULL, '{');
		for (size_t i = 0; i < listing->visible; i++)
			json_cell(listing, json, listing->shown[i],
				  scols_cell_get_data(scols_line_get_cell(line, i)));
		json_close(json, '}');
	}
	json_close(json, ']');
	scols_free_iter(rows);
}

void listing_print(struct listing *listing)
{
	struct json json = { 0 };

	if (listing->arguments->json) {
		json_open(&json, NULL, '{');
		listing_json(listing, &json);
		json_close(&json, '}');
	} else {
		sort_rows(listing);
		scols_print_table(listing->table);
	}
}

void listing_close(struct listing *listing)
{
	scols_unref_table(listing->table);
}
