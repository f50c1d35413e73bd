/* SPDX-License-Identifier: MIT */
/*
 * The terminal as a screen, by ncurses, which restores it however the program
 * ends. Everything is cut at the edges, and characters that the locale does not
 * have are replaced.
 */
#ifndef VACTL_SCREEN_H
#define VACTL_SCREEN_H

/* The wide functions, and none of the macros, which have common names. */
#define NCURSES_WIDECHAR 1
#define NCURSES_NOMACROS 1
#include <ncurses.h>

#include "lines.h"

#define SCREEN_TITLE (A_REVERSE | A_BOLD)

/* false: this terminal cannot be drawn on, and is as it was. */
bool screen_open(void);

/* Restores the terminal. Raises the signal again that asked for the end, if any, to
 * end the program by it. */
void screen_close(void);

/* Text from a place to the line's end. Returns the columns that it took. */
int screen_put(int line, int column, attr_t attributes, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* Text of at most `width` columns in the colour of a look. */
void screen_put_look(int line, int column, int width, enum look look, const char *text);

/* A cell of a map; chosen ones stand out. */
void screen_cell(int line, int column, const struct cell *cell, bool chosen);

/* The next key, by meaning: KEY_EXIT for q, a signal, or a terminal that is gone. Waits
 * until a moment of snapshot_clock(), or until `fd` is ready to read (-1: none); ERR
 * then. */
int screen_key(double until, int fd);

/* Moves an index of 0 to `last` by a key for moving, `page` at once for pages. */
long screen_move(int key, long at, long last, long page);

#endif
