/* SPDX-License-Identifier: MIT */
/* The live view of one process: its address space as a map of cells. */
#ifndef VACTL_WATCH_MAP_H
#define VACTL_WATCH_MAP_H

#include "rates.h"
#include "rows.h"
#include "sight.h"

#define MAP_DEPTH_MAX 24

/* A block that is looked at more closely, and how much more. */
struct closeup {
	struct span span;
	uintptr_t chosen; /* where one was in it when going deeper */
};

struct map {
	int pid;
	int fd;                  /* becomes readable when the process ends; -1: cannot tell */
	struct sight sight;      /* the latest good one */
	struct rates rates;
	bool over;               /* nothing more comes */
	char why[SIGHT_WHY_MAX]; /* then */
	struct closeup closeup[MAP_DEPTH_MAX];
	int depth;               /* of the one shown */
	uintptr_t chosen;        /* an address in the line that is chosen */
	struct rows rows;
	int lines, columns;      /* that these are for */
};

/* Takes the first look. The state of the sight's reading tells whether there is
 * something to show; map_close() in any case. */
void map_open(struct map *map, int pid);
void map_close(struct map *map);

void map_look(struct map *map);
void map_draw(struct map *map, bool paused);

/* A key of screen.h; false where it is for leaving the map. */
bool map_key(struct map *map, int key);

#endif
