/* SPDX-License-Identifier: MIT */
/*
 * A table on stdout: for readers by libsmartcols, raw, or JSON. A command describes its
 * columns once, for the parsing of --output, help, headings and names in JSON, and fills
 * cells by a column's name.
 */
#ifndef VACTL_LISTING_H
#define VACTL_LISTING_H

#include "command.h"
#include "json.h"

enum column_type { COLUMN_TEXT, COLUMN_ADDRESS, COLUMN_NUMBER, COLUMN_SIZE, COLUMN_BOOLEAN };

struct column {
	const char *name; /* NULL ends a table of columns */
	enum column_type type;
	unsigned int shown; /* without --output: a bit for each command that has it */
	const char *help;
	bool cut;         /* on a narrow terminal the text may be cut short */
};

#define LISTING_COLUMNS_MAX 32

/* A cell: a number, or the place in `text` where its text begins. */
struct cell_value {
	uint64_t value;
	bool filled;
};

struct row {
	size_t first;      /* of its cells */
	const char *color; /* NULL: none */
};

struct listing {
	const struct command *command;
	const char *name;     /* of the rows' array in JSON */
	const struct arguments *arguments;
	const struct column *shown[LISTING_COLUMNS_MAX];
	size_t count;         /* of columns shown */
	size_t visible;       /* of those printed: not a column that only sorts */
	const struct column *sorted; /* NULL: not sorted */
	bool colors;
	struct {
		struct row *at;
		size_t count, room;
	} rows;
	struct {
		struct cell_value *at;
		size_t count, room;
	} cells;
	struct known {
		const char *column;
		size_t place;
	} known[LISTING_COLUMNS_MAX]; /* columns of the previous row's cells, in order */
	size_t fills;         /* cells of the row that were filled */
	char *text;           /* of all cells, each with a terminator */
	size_t length, text_room;
};

/* Options that every listing has besides OUTPUT_CHOICES. */
#define LISTING_CHOICES \
	{ .name = "noheadings", STORED(noheadings), .letter = 'n', .help = "print no headings" }, \
	{ .name = "output", STORED(output), .letter = 'o', .argument = "COLUMNS", \
	  .help = "print these columns (+COLUMNS: these as well)" }, \
	{ .name = "output-all", STORED(output_all), \
	  .help = "print all columns" }, \
	{ .name = "raw", STORED(raw), .letter = 'r', \
	  .help = "print raw text, one space between columns" }, \
	{ .name = "sort", STORED(sort), .argument = "COLUMN", \
	  .help = "sort by a column (-COLUMN: from the largest down)" }, \
	{ .name = "color", STORED(color), .argument = "[WHEN]", \
	  .help = "auto, always or never; NO_COLOR is never", .values = "auto always never" }

/* Makes the table by these options; `arguments` stay the caller's. Returns 0, or the
 * command's failure status after a message. */
int listing_open(struct listing *listing, const struct command *command,
		 const struct arguments *arguments, const char *name);

/* Begins a row, in a colour (NULL: none). */
void listing_row(struct listing *listing, const char *color);

/* Whether a column is shown: for cells that take time to fill. */
bool listing_shows(const struct listing *listing, const char *column);

/* Fill a cell of the row if the listing shows the column: by a text, or by the value of a
 * cell of any other type. A cell never filled, or with "", is empty, and null in JSON. */
void listing_text(struct listing *listing, const char *column, const char *text);
void listing_value(struct listing *listing, const char *column, uint64_t value);

/* Prints the table; by --json an object that has only its rows. */
void listing_print(struct listing *listing);

/* Adds the rows as an array to an object. */
void listing_json(struct listing *listing, struct json *json);
void listing_close(struct listing *listing);

#endif
