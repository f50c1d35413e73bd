/* SPDX-License-Identifier: MIT */
/*
 * A table on stdout, by libsmartcols: text, raw or JSON. A command describes
 * its columns once; order, help, and names in JSON come from there.
 */
#ifndef VACTL_LISTING_H
#define VACTL_LISTING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "command.h"

struct libscols_table;
struct libscols_line;

enum column_type { COLUMN_TEXT, COLUMN_ADDRESS, COLUMN_NUMBER, COLUMN_SIZE, COLUMN_BOOLEAN };

struct column {
	const char *name; /* NULL ends a table of columns */
	enum column_type type;
	bool shown;       /* without --output */
	bool cut;         /* on a narrow terminal the text may be cut short */
	const char *help;
};

#define LISTING_COLUMNS_MAX 32
enum listing_color { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

struct listing {
	const struct column *column;
	const char *name;     /* of the rows' array in JSON */
	const char *output;   /* the value of --output */
	const char *sort;     /* and of --sort */
	enum listing_color color;
	bool bytes, noheadings, raw, json;
	int order[LISTING_COLUMNS_MAX]; /* columns shown, by number */
	int place[LISTING_COLUMNS_MAX]; /* of each column in the table; -1: not shown */
	size_t count;         /* of columns shown */
	int sorted;           /* the column to sort by; -1: none */
	bool hidden;          /* it is there for that only, the last one */
	struct libscols_table *table;
	struct libscols_line *line;
};

/* The options that every listing has. */
extern const struct choice listing_choices[];

/* Takes one of them; NULL, or what is wrong with its value. */
const char *listing_choose(struct listing *listing, const struct choice *choice,
			   const char *value);

/* Makes the table after all options. Returns 0, or the command's failure
 * status after a message. */
int listing_open(struct listing *listing, const struct command *command, const char *name);

/* Begins a row, in a colour (NULL: none). */
void listing_row(struct listing *listing, const char *color);

/* Whether a column is printed: for cells that take time to fill. */
bool listing_shows(const struct listing *listing, int column);

/* Fills a cell of the row, if its column is shown; a cell never filled is
 * empty, and null in JSON. */
void listing_text(struct listing *listing, int column, const char *text, size_t length);
void listing_number(struct listing *listing, int column, uint64_t number);
void listing_address(struct listing *listing, int column, uint64_t address);
void listing_size(struct listing *listing, int column, uint64_t bytes);
void listing_boolean(struct listing *listing, int column, bool value);

/* Prints. `members` are more members of the JSON object, each ending in a
 * comma and a newline; "" where there are none. */
void listing_print(struct listing *listing, const char *members);
void listing_close(struct listing *listing);

/* A human-readable size in a text of at least LISTING_SIZE_MAX bytes. */
#define LISTING_SIZE_MAX 24
void listing_human(uint64_t bytes, char *text);

#endif
