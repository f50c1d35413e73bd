/* SPDX-License-Identifier: MIT */
/*
 * A table on stdout: text by libsmartcols, or JSON. A command describes its
 * columns once; parsing of --output, help, headings and names in JSON come from
 * there, and cells are filled by column name.
 */
#ifndef VACTL_LISTING_H
#define VACTL_LISTING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "command.h"
#include "core/procmaps.h"
#include "json.h"

struct libscols_table;
struct libscols_line;

enum column_type { COLUMN_TEXT, COLUMN_ADDRESS, COLUMN_NUMBER, COLUMN_SIZE, COLUMN_BOOLEAN };

struct column {
	const char *name; /* NULL ends a table of columns */
	enum column_type type;
	bool shown;       /* without --output */
	const char *help;
	bool cut;         /* on a narrow terminal the text may be cut short */
};

#define LISTING_COLUMNS_MAX 32

struct listing {
	const struct column *columns;
	const char *name;     /* of the rows' array in JSON */
	const struct arguments *arguments;
	const struct column *shown[LISTING_COLUMNS_MAX]; /* as libsmartcols counts them */
	size_t count;         /* of columns shown */
	size_t visible;       /* less than count by a column that is there to sort by */
	const struct column *sorted; /* NULL: not sorted */
	struct libscols_table *table;
	struct libscols_line *line;
};

/* The options that every listing has besides output_choices. */
extern const struct choice listing_choices[];

/* Makes the table by these options; `arguments` stay the caller's. Returns 0, or the
 * command's failure status after a message. */
int listing_open(struct listing *listing, const struct command *command,
		 const struct arguments *arguments, const char *name);

/* Begins a row, in a colour (NULL: none). */
void listing_row(struct listing *listing, const char *color);

/* Whether a column is printed: for cells that take time to fill. */
bool listing_shows(const struct listing *listing, const char *column);

/* Fills a cell of the row if the listing has the column and shows it. A cell
 * never filled is empty, and null in JSON. */
void listing_text(struct listing *listing, const char *column, const char *text);
void listing_file(struct listing *listing, const char *column, const struct procmaps_line *line);
void listing_number(struct listing *listing, const char *column, uint64_t number);
void listing_address(struct listing *listing, const char *column, uint64_t address);
void listing_size(struct listing *listing, const char *column, uint64_t bytes);
void listing_boolean(struct listing *listing, const char *column, bool value);

/* Prints the table, by --json an object that has its rows only. */
void listing_print(struct listing *listing);

/* Adds the rows as an array to an object of more members. */
void listing_json(struct listing *listing, struct json *json);
void listing_close(struct listing *listing);

#endif
