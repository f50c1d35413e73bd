/* SPDX-License-Identifier: MIT */
#include "watch_list.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmdline.h"
#include "listing.h"
#include "message.h"
#include "processes.h"
#include "screen.h"
#include "utf8.h"

#define LINE_MAX_BYTES 512
#define AROUND 3 /* lines that are no items */

static void add(void *context, int pid, const struct reading *reading)
{
	struct list *list = context;
	struct list_item *item;
	struct totals totals;

	if (list->count == list->room) {
		list->room = list->room * 2 + 16;
		list->item = memory_array(list->item, list->room, sizeof(*list->item));
	}
	totals_compute(reading, &totals);
	item = &list->item[list->count++];
	*item = (struct list_item){
		.pid = pid, .guest = totals.kind[KIND_GUEST].bytes,
		.host = totals.kind[KIND_HOST].bytes, .mappings = totals.mappings,
		.gap = totals.window.largest.end - totals.window.largest.start,
	};
	item->title[cmdline_read(pid, item->title, sizeof(item->title) - 1)] = 0;
	utf8_plain(item->title);
}

void list_look(struct list *list)
{
	list->count = 0;
	list->unread = processes_see(add, list);
}

void list_free(struct list *list)
{
	free(list->item);
	*list = (struct list){ 0 };
}

/* The chosen one, or the next where it is gone. */
static size_t chosen_item(const struct list *list)
{
	size_t i = 0;

	while (i + 1 < list->count && list->item[i].pid < list->chosen)
		i++;
	return i;
}

static void draw_item(const struct list_item *item, int line, bool chosen)
{
	char guest[LISTING_SIZE_MAX], host[LISTING_SIZE_MAX], gap[LISTING_SIZE_MAX];
	char text[LINE_MAX_BYTES];

	listing_human(item->guest, guest);
	listing_human(item->host, host);
	listing_human(item->gap, gap);
	snprintf(text, sizeof(text), "%7d %8s %8s %8s %8" PRIu64 " %s", item->pid, guest, host, gap,
		 item->mappings, item->title);
	screen_put(line, 0, screen_columns(), chosen ? STYLE_CHOSEN : STYLE_PLAIN, text);
}

static void draw_bottom(const struct list *list)
{
	char text[LINE_MAX_BYTES];

	if (list->unread < 0)
		snprintf(text, sizeof(text), "cannot read /proc: %s", strerror(-list->unread));
	else if (!list->count)
		snprintf(text, sizeof(text), "no confined processes yet: start one with vactl run");
	else
		snprintf(text, sizeof(text), "q end  up/down choose  Enter look at it  Space stop");
	screen_put(screen_lines() - 1, 0, screen_columns(), STYLE_SOFT, text);
}

void list_draw(struct list *list)
{
	size_t room = screen_lines() > AROUND ? (size_t)(screen_lines() - AROUND) : 1;
	size_t chosen = chosen_item(list);
	char text[LINE_MAX_BYTES];

	snprintf(text, sizeof(text), " %zu confined processes%*s", list->count, screen_columns(),
		 "");
	screen_put(0, 0, screen_columns(), STYLE_TITLE, text);
	screen_put(1, 0, screen_columns(), STYLE_SOFT,
		   "    PID    GUEST     HOST      GAP MAPPINGS COMMAND");
	if (chosen < list->first)
		list->first = chosen;
	if (chosen >= list->first + room)
		list->first = chosen - room + 1;
	for (size_t i = list->first; i < list->count && i < list->first + room; i++)
		draw_item(&list->item[i], 2 + (int)(i - list->first), i == chosen);
	draw_bottom(list);
}

int list_key(struct list *list, int key)
{
	long to = (long)chosen_item(list), last = (long)list->count - 1;
	long page = screen_lines() > AROUND ? screen_lines() - AROUND : 1;

	if (!list->count)
		return 0;
	switch (key) {
	case SCREEN_UP: to--; break;
	case SCREEN_DOWN: to++; break;
	case SCREEN_PAGE_UP: to -= page; break;
	case SCREEN_PAGE_DOWN: to += page; break;
	case SCREEN_FIRST: to = 0; break;
	case SCREEN_LAST: to = last; break;
	case SCREEN_ENTER: return list->item[to].pid;
	}
	list->chosen = list->item[to < 0 ? 0 : to > last ? last : to].pid;
	return 0;
}
