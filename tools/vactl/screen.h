/* SPDX-License-Identifier: MIT */
/*
 * The live view of vactl watch. The terminal is a screen, by ncurses, restored however the
 * program ends. Text is cut at the edges, and '?' replaces characters that the locale does
 * not have.
 */
#ifndef VACTL_SCREEN_H
#define VACTL_SCREEN_H

/* Chooses the wide functions, and none of the macros, which have common names. */
#define NCURSES_WIDECHAR 1
#define NCURSES_NOMACROS 1
#include <ncurses.h>

#include "lines.h"
#include "watch.h"

#define SCREEN_TITLE (A_REVERSE | A_BOLD)

/* Returns false if this terminal cannot be drawn on, and leaves it as it was. */
bool screen_open(void);

/* Restores the terminal. Ends the program by the signal that asked for its end, if any. */
void screen_close(void);

/* Prints text from a place to the line's end. Returns the columns that it took. */
int screen_put(int line, int column, attr_t attributes, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* Prints text of at most `width` columns in the colour of a look. */
void screen_put_look(int line, int column, int width, enum look look, const char *text);

/* Prints a cell of a map. The chosen line's cells stand out. */
void screen_cell(int line, int column, const struct cell *cell, bool chosen);

/* Returns the next key, by meaning: KEY_EXIT for q, a signal, or a terminal that is gone.
 * Waits until a moment of snapshot_clock(), or until `fd` is ready to read (-1: none), and
 * then returns ERR. */
int screen_key(double until, int fd);

/* Moves an index of 0 to `last` by a key for moving, by `page` for a page's key. */
long screen_move(int key, long at, long last, long page);

/* --- the map of one process (watch_map.c) ------------------------------------ */

#define MAP_DEPTH_MAX 24

/* A block that is viewed more closely. */
struct closeup {
	struct span span;
	uintptr_t chosen; /* in it, when the view went deeper */
};

struct map {
	int fd;                     /* becomes readable when the process ends; -1: none */
	struct snapshot snapshot;   /* the latest good one */
	struct closeup closeup[MAP_DEPTH_MAX];
	int depth;                  /* of the closeup shown */
	uintptr_t chosen;           /* an address in the chosen line */
	const char *said;           /* why the latest key did nothing; NULL: it did */
	struct lines lines;
	int height, width;          /* of the screen that the lines are for */
};

/* Takes the first look. The map shows something if the snapshot's reading does. Call
 * map_close() in any case. */
void map_open(struct map *map, int pid);
void map_close(struct map *map);

void map_look(struct map *map);
void map_draw(struct map *map, bool paused);

/* Takes a key of screen_key(). Returns false if it leaves the map. */
bool map_key(struct map *map, int key);

#endif
