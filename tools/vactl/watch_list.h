/* SPDX-License-Identifier: MIT */
/* The live list of confined processes, to choose one from. */
#ifndef VACTL_WATCH_LIST_H
#define VACTL_WATCH_LIST_H

#include <stddef.h>

#include "sight.h"

struct list_item {
	int pid;
	uint64_t guest, host, gap, mappings;
	char title[SIGHT_TITLE_MAX];
};

struct list {
	struct list_item *item;
	size_t count, room;
	int chosen;   /* its PID, which stays where others come and go */
	int unread;   /* processes that may not be looked at; below 0: -errno */
	size_t first; /* line shown on top */
};

void list_look(struct list *list);
void list_free(struct list *list);
void list_draw(struct list *list);

/* A key of screen.h. Returns the PID that was chosen with it; 0: none yet. */
int list_key(struct list *list, int key);

#endif
