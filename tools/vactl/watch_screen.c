/* SPDX-License-Identifier: MIT */
#include "screen.h"
#include "watch.h"
#include "watch_list.h"
#include "watch_map.h"

/* Long enough for ever, and no overflow for poll(). */
#define NO_MORE_LOOKS 100000.0

struct live {
	const struct watch *watch;
	struct list list;
	struct map map;
	bool mapped; /* the map is shown, else the list */
	bool paused;
	unsigned long looks;
	double next; /* the moment of the next look */
};

static void look(struct live *live)
{
	if (live->mapped)
		map_look(&live->map);
	else
		list_look(&live->list);
}

static void draw(struct live *live)
{
	screen_begin();
	if (live->mapped)
		map_draw(&live->map, live->paused);
	else
		list_draw(&live->list);
	screen_finish();
}

/* One that has gone meanwhile goes from the list too. */
static void enter(struct live *live, int pid)
{
	map_open(&live->map, pid);
	live->mapped = live->map.sight.reading.state == READER_GOOD;
	if (live->mapped)
		return;
	map_close(&live->map);
	list_look(&live->list);
}

static void leave(struct live *live)
{
	/* Without a list there is nowhere to go. */
	if (live->watch->pid)
		return;
	map_close(&live->map);
	live->mapped = false;
	list_look(&live->list);
}

static void take_key(struct live *live, int key)
{
	int pid;

	if (key == ' ') {
		live->paused = !live->paused;
		live->next = sight_clock();
	} else if (live->mapped) {
		if (!map_key(&live->map, key))
			leave(live);
	} else if ((pid = list_key(&live->list, key))) {
		enter(live, pid);
	}
}

/* A process that ends is noticed at once, and its last picture stays. */
static int wait_key(const struct live *live)
{
	bool still = live->paused || (live->mapped && live->map.over);
	int fd = live->mapped && !live->map.over ? live->map.fd : -1;

	return screen_key(still ? sight_clock() + NO_MORE_LOOKS : live->next, fd);
}

static void run(struct live *live)
{
	live->next = sight_clock() + live->watch->interval;
	for (live->looks = 1; ;) {
		int key;

		draw(live);
		key = wait_key(live);
		if (key == SCREEN_END)
			return;
		if (key != SCREEN_NONE) {
			take_key(live, key);
			continue;
		}
		if (live->watch->count && live->looks == live->watch->count)
			return;
		look(live);
		live->looks++;
		live->next = sight_clock() + live->watch->interval;
	}
}

static void finish(struct live *live)
{
	if (live->mapped)
		map_close(&live->map);
	list_free(&live->list);
}

int watch_screen(const struct watch *watch)
{
	struct live live = { .watch = watch };

	if (watch->pid) {
		map_open(&live.map, watch->pid);
		live.mapped = true;
		reader_explain(&live.map.sight.reading);
		if (live.map.sight.reading.state != READER_GOOD) {
			finish(&live);
			return watch->command->failure;
		}
	} else {
		list_look(&live.list);
	}
	if (!screen_open()) {
		finish(&live);
		return WATCH_NO_SCREEN;
	}
	run(&live);
	finish(&live);
	screen_close();
	return 0;
}
