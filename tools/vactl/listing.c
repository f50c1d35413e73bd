/* SPDX-License-Identifier: MIT */
#include "listing.h"

#include <ctype.h>
#include <libsmartcols.h>
#include <strings.h>

#include "core/utf8.h"
#include "names.h"

/* The number of a column among those shown; LISTING_COLUMNS_MAX: it is not shown. */
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
	for (const struct column *c = listing->command->columns; c->name; c++)
		if (strncasecmp(c->name, name, length) == 0 && !c->name[length])
			return c;
	return NULL;
}

/* Shows columns by --output and --sort, each once. Returns NULL, or a name of no column. */
static const char *choose_columns(struct listing *listing)
{
	const char *name = listing->arguments->output, *sort = listing->arguments->sort;
	const struct column *column;
	size_t length;

	for (column = listing->command->columns; column->name; column++)
		if (listing->arguments->output_all ||
		    (column->shown & listing->command->shown && (!name || *name == '+')))
			show_column(listing, column);
	for (name += name && *name == '+'; name; name = name[length] ? name + length + 1 : NULL) {
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

static bool wants_color(const struct arguments *arguments, const char *when)
{
	const char *no_color = getenv("NO_COLOR");

	if (arguments->json || arguments->raw || strcmp(when, "never") == 0)
		return false;
	return strcmp(when, "always") == 0 || (isatty(STDOUT_FILENO) && !(no_color && *no_color));
}

static int say_no_column(const struct command *command, const char *unknown)
{
	char names[LISTING_COLUMNS_MAX * 16] = "";

	for (const struct column *c = command->columns; c->name; c++) {
		strcat(names, *names ? ", " : "");
		strcat(names, c->name);
	}
	return command_misused(command, "'%.*s' is no column; the columns are %s",
			       (int)strcspn(unknown, ","), unknown, names);
}

int listing_open(struct listing *listing, const struct command *command,
		 const struct arguments *arguments, const char *name)
{
	const char *when = arguments->color && *arguments->color ? arguments->color : "auto";
	const char *unknown;

	*listing = (struct listing){
		.command = command, .arguments = arguments, .name = name,
	};
	if (strcmp(when, "auto") != 0 && strcmp(when, "always") != 0 && strcmp(when, "never") != 0)
		return command_misused(command, "--color is not one of auto, always, never");
	if (arguments->json && arguments->raw)
		return command_misused(command, "each of --json and --raw excludes the other");
	unknown = choose_columns(listing);
	if (unknown)
		return say_no_column(command, unknown);
	listing->colors = wants_color(arguments, when);
	return 0;
}

void listing_row(struct listing *listing, const char *color)
{
	*memory_add(&listing->rows) = (struct row){ listing->cells.count, color };
	listing->fills = 0;
	for (size_t i = 0; i < listing->count; i++)
		*memory_add(&listing->cells) = (struct cell_value){ .filled = false };
}

/* --- cells ------------------------------------------------------------------ */

/* column_place() for a cell of the latest row. Commands fill rows by the same calls in one
 * order, so that names are compared in the first row only. */
static size_t cell_place(struct listing *listing, const char *column)
{
	struct known *known = &listing->known[listing->fills++ % LISTING_COLUMNS_MAX];

	if (known->column != column)
		*known = (struct known){ column, column_place(listing, column) };
	return known->place;
}

static void set_cell(struct listing *listing, size_t place, uint64_t value)
{
	if (place < LISTING_COLUMNS_MAX)
		listing->cells.at[listing->cells.count - listing->count + place] =
			(struct cell_value){ value, true };
}

void listing_value(struct listing *listing, const char *column, uint64_t value)
{
	set_cell(listing, cell_place(listing, column), value);
}

void listing_text(struct listing *listing, const char *column, const char *text)
{
	size_t place = cell_place(listing, column), length = strlen(text);

	if (!length || place == LISTING_COLUMNS_MAX)
		return;
	listing->text = memory_room(listing->text, listing->length + length, &listing->text_room,
				    1);
	strcpy(listing->text + listing->length, text);
	utf8_repair(listing->text + listing->length);
	set_cell(listing, place, listing->length);
	listing->length += length + 1;
}

/* The text of a cell. Numbers are put into the word. */
static const char *show_cell(const struct listing *listing, const struct row *row, size_t place,
			     struct word *word)
{
	const struct cell_value *cell = &listing->cells.at[row->first + place];

	if (!cell->filled)
		return "";
	switch (listing->shown[place]->type) {
	case COLUMN_TEXT:
		return listing->text + cell->value;
	case COLUMN_BOOLEAN:
		return cell->value ? "yes" : "no";
	case COLUMN_ADDRESS:
		*word = word_address(cell->value);
		break;
	case COLUMN_NUMBER:
		*word = word_number(cell->value);
		break;
	case COLUMN_SIZE:
		*word = word_size(cell->value, listing->arguments->bytes);
		break;
	}
	return word->text;
}

static int compare_rows(const void *left, const void *right, void *data)
{
	const struct listing *listing = data;
	size_t place = column_place(listing, listing->sorted->name);
	const struct row *a = left, *b = right;
	uint64_t x = listing->cells.at[a->first + place].value;
	uint64_t y = listing->cells.at[b->first + place].value;
	struct word words[2];
	int order = is_text(listing->sorted) ?
		    strcoll(show_cell(listing, a, place, &words[0]),
			    show_cell(listing, b, place, &words[1])) : x < y ? -1 : x > y;

	if (!order)
		return a->first < b->first ? -1 : 1;
	return *listing->arguments->sort == '-' ? -order : order;
}

static void sort_rows(struct listing *listing)
{
	if (listing->sorted && listing->rows.count)
		qsort_r(listing->rows.at, listing->rows.count, sizeof(*listing->rows.at),
			compare_rows, listing);
}

/* --- the three ways to print ------------------------------------------------ */

void listing_json(struct listing *listing, struct json *json)
{
	char name[LISTING_COLUMNS_MAX][32] = { "" };
	struct word word;

	for (size_t place = 0; place < listing->visible; place++) {
		const char *upper = listing->shown[place]->name;

		for (size_t i = 0; upper[i]; i++)
			name[place][i] = (char)tolower((unsigned char)upper[i]);
	}
	sort_rows(listing);
	json_open(json, listing->name, '[');
	for (size_t r = 0; r < listing->rows.count; r++) {
		const struct row *row = &listing->rows.at[r];

		json_open(json, NULL, '{');
		for (size_t place = 0; place < listing->visible; place++) {
			const struct cell_value *cell = &listing->cells.at[row->first + place];
			enum column_type type = listing->shown[place]->type;

			if (!cell->filled)
				json_text(json, name[place], NULL);
			else if (type == COLUMN_BOOLEAN)
				json_boolean(json, name[place], cell->value);
			else if (type == COLUMN_SIZE || type == COLUMN_NUMBER)
				json_number(json, name[place], cell->value);
			else
				json_text(json, name[place], show_cell(listing, row, place, &word));
		}
		json_close(json, '}');
	}
	json_close(json, ']');
}

/* Prints a cell as libsmartcols prints raw text: without blanks, and in ASCII. */
static void print_raw_cell(const char *text)
{
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c <= ' ' || c >= 0x7f || c == '\\')
			printf("\\x%02x", c);
		else
			putchar_unlocked(c);
	}
}

static void print_raw(const struct listing *listing)
{
	struct word word;

	for (size_t place = 0; place < listing->visible && !listing->arguments->noheadings; place++)
		printf("%s%c", listing->shown[place]->name,
		       place + 1 < listing->visible ? ' ' : '\n');
	for (size_t r = 0; r < listing->rows.count; r++) {
		for (size_t place = 0; place < listing->visible; place++) {
			print_raw_cell(show_cell(listing, &listing->rows.at[r], place, &word));
			putchar_unlocked(place + 1 < listing->visible ? ' ' : '\n');
		}
	}
}

static void print_table(const struct listing *listing)
{
	struct libscols_table *table = scols_new_table();
	struct word word;
	bool failed = !table;

	scols_table_enable_noheadings(table, listing->arguments->noheadings);
	scols_table_enable_colors(table, listing->colors);
	for (size_t place = 0; place < listing->visible; place++) {
		const struct column *column = listing->shown[place];
		int flags = (is_text(column) ? 0 : SCOLS_FL_RIGHT) |
			    (column->cut ? SCOLS_FL_TRUNC : 0);

		failed |= !scols_table_new_column(table, column->name, 0, flags);
	}
	for (size_t r = 0; r < listing->rows.count && !failed; r++) {
		const struct row *row = &listing->rows.at[r];
		struct libscols_line *line = scols_table_new_line(table, NULL);

		failed = !line || (row->color && scols_line_set_color(line, row->color));
		for (size_t place = 0; place < listing->visible && !failed; place++)
			failed = scols_line_set_data(line, place,
						     show_cell(listing, row, place, &word));
	}
	if (failed)
		memory_out();
	scols_print_table(table);
	scols_unref_table(table);
}

void listing_print(struct listing *listing)
{
	struct json json = { 0 };

	if (listing->arguments->json) {
		json_open(&json, NULL, '{');
		listing_json(listing, &json);
		json_close(&json, '}');
		return;
	}
	sort_rows(listing);
	if (listing->arguments->raw)
		print_raw(listing);
	else
		print_table(listing);
}

void listing_close(struct listing *listing)
{
	free(listing->rows.at);
	free(listing->cells.at);
	free(listing->text);
}
