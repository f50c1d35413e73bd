/* SPDX-License-Identifier: MIT */
/* The live view of one process: its address space as a map of cells. */
#ifndef VACTL_WATCH_MAP_H
#define VACTL_WATCH_MAP_H

#include "lines.h"
#include "watch.h"

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
