/* SPDX-License-Identifier: MIT */
/*
 * The terminal as a screen: taken by ncurses and given back whole, however the
 * program ends. Everything is cut at the edges, and nothing is printed that the
 * terminal's locale or capabilities do not have.
 */
#ifndef VACTL_SCREEN_H
#define VACTL_SCREEN_H

#include <stdbool.h>

#include "cells.h"

/* Keys that mean the same everywhere; others are their character. */
enum {
	SCREEN_NONE = -1, /* the time is over, or what was waited for is ready */
	SCREEN_END = -2,  /* q, a signal, or the terminal is gone */
	SCREEN_UP = 256, SCREEN_DOWN, SCREEN_PAGE_UP, SCREEN_PAGE_DOWN, SCREEN_FIRST,
	SCREEN_LAST, SCREEN_ENTER, SCREEN_BACK, SCREEN_RESIZED,
};

enum screen_style { STYLE_PLAIN, STYLE_TITLE, STYLE_SOFT, STYLE_STRONG, STYLE_CHOSEN };

/* false: this terminal cannot be drawn on, and is as it was. */
bool screen_open(void);

/* Gives it back; the signal that asked for the end, if one did, is then raised
 * again and ends the program as it would have. */
void screen_close(void);

int screen_lines(void);
int screen_columns(void);

/* Drawing: what is not drawn between these two is blank. */
void screen_begin(void);
void screen_finish(void);

/* Text at a place, cut to `width` columns and the screen. Returns the columns
 * that it took. */
int screen_put(int line, int column, int width, enum screen_style style, const char *text);

/* The same in the colour of a look. */
int screen_put_look(int line, int column, int width, enum look look, const char *text);

/* One cell of a map; `chosen` ones stand out. */
void screen_cell(int line, int column, const struct cell *cell, bool chosen);

/* The next key, waited for until a moment of sight_clock(); or until `fd` has
 * something to read, where it is not -1. */
int screen_key(double until, int fd);

#endif
