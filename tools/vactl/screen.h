/* SPDX-License-Identifier: MIT */
/*
 * The terminal as a screen, by ncurses, which restores it however the program
 * ends. Everything is cut at the edges, and characters that the locale does not
 * have are replaced.
 */
#ifndef VACTL_SCREEN_H
#define VACTL_SCREEN_H

#include <stdbool.h>

#include "marks.h"

/* Keys by meaning; others are their character. */
enum {
	SCREEN_NONE = -1, /* the time is over, or the descriptor is ready */
	SCREEN_END = -2,  /* q, a signal, or the terminal is gone */
	SCREEN_UP = 256, SCREEN_DOWN, SCREEN_PAGE_UP, SCREEN_PAGE_DOWN, SCREEN_FIRST,
	SCREEN_LAST, SCREEN_ENTER, SCREEN_BACK, SCREEN_RESIZED, SCREEN_HELP,
};

enum screen_style { STYLE_PLAIN, STYLE_TITLE, STYLE_SOFT, STYLE_STRONG, STYLE_CHOSEN };

/* false: this terminal cannot be drawn on, and is as it was. */
bool screen_open(void);

/* Restores the terminal. Raises the signal again that asked for the end, if any, to
 * end the program by it. */
void screen_close(void);

int screen_lines(void);
int screen_columns(void);

/* Drawing: everything not drawn between these two is blank. */
void screen_begin(void);
void screen_finish(void);

/* Text from a place to the line's end. Returns the columns that it took. */
int screen_put(int line, int column, enum screen_style style, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* Text of at most `width` columns in the colour of a look. */
void screen_put_look(int line, int column, int width, enum look look, const char *text);

/* A cell of a map; chosen ones stand out. */
void screen_cell(int line, int column, const struct cell *cell, bool chosen);

/* The next key. Waits until a moment of snapshot_clock(), or until `fd` is ready to
 * read (-1: none). */
int screen_key(double until, int fd);

/* Moves an index of 0 to `last` by a key for moving, `page` at once for pages. */
long screen_move(int key, long at, long last, long page);

#endif
