/* SPDX-License-Identifier: MIT */
/* The live view: a list of the confined processes, and the map of a chosen one. */
#include "core/size.h"
#include "screen.h"

/* Seconds that are as good as for ever, and do not overflow in poll(). */
#define NO_MORE_LOOKS 100000.0
#define AROUND 3 /* lines of the list that are no items */

/* --- the list --------------------------------------------------------------- */

struct item {
	int pid;
	struct totals totals;
	struct title title;
};

struct list {
	struct item *at;
	size_t count, room;
	int chosen;   /* PID of the chosen item, which stays while others come and go */
	int unread;   /* processes that may not be read; below 0: -errno */
	size_t first; /* the item on top */
};

static void add_item(void *context, const struct reading *reading)
{
	struct list *list = context;
	struct item *item = memory_add(list);

	item->pid = reading->pid;
	totals_compute(reading, &item->totals);
	item->title = title_plain(reading);
}

static void list_look(struct list *list)
{
	list->count = 0;
	list->unread = process_each(NULL, add_item, list);
}

/* The chosen item, or the next if it is gone. */
static size_t chosen_item(const struct list *list)
{
	size_t i = 0;

	while (i + 1 < list->count && list->at[i].pid < list->chosen)
		i++;
	return i;
}

static size_t list_room(void)
{
	return LINES > AROUND ? (size_t)(LINES - AROUND) : 1;
}

static void list_draw(struct list *list)
{
	size_t room = list_room(), chosen = chosen_item(list);
	int bottom = LINES - 1;

	screen_put(0, 0, SCREEN_TITLE, " %s%*s",
		   counted(list->count, "confined process", "confined processes").text,
		   COLS, "");
	screen_put(1, 0, A_DIM, "    PID    GUEST     HOST      GAP     VMAS COMMAND");
	if (chosen < list->first)
		list->first = chosen;
	if (chosen >= list->first + room)
		list->first = chosen - room + 1;
	for (size_t i = list->first; i < list->count && i < list->first + room; i++)
		screen_put(2 + (int)(i - list->first), 0, i == chosen ? A_REVERSE : A_NORMAL,
			   "%7d %s %s", list->at[i].pid,
			   snapshot_figures(&list->at[i].totals, false).text,
			   list->at[i].title.text);
	if (list->unread < 0)
		screen_put(bottom, 0, A_DIM, "cannot read /proc: %s", strerror(-list->unread));
	else
		screen_put(bottom, 0, A_DIM, list->count ?
			   "q end  ? help  up/down choose  Enter look at it  Space stop" :
			   "no confined processes yet: start one with vactl run");
}

/* Takes a key. Returns the PID of the process that it entered; 0: none. */
static int list_key(struct list *list, int key)
{
	size_t chosen = chosen_item(list);

	if (!list->count)
		return 0;
	if (key == KEY_ENTER)
		return list->at[chosen].pid;
	list->chosen = list->at[screen_move(key, (long)chosen, (long)list->count - 1,
					      (long)list_room())].pid;
	return 0;
}

/* --- list and map ----------------------------------------------------------- */

struct live {
	const struct watch *watch;
	struct list list;
	struct map map;
	bool mapped; /* the map is shown, else the list */
	bool helped; /* the help is shown instead, up to the next key */
	bool paused;
	double next; /* the moment of the next look */
};

static void draw_help(void)
{
	static const char *const text[] = {
		"q             end",
		"Up k, Down j  choose the line above or below",
		"PgUp, PgDn    a page up or down",
		"Home g, End G the first or the last line",
		"Enter l       a closer look at the line, or at the process of the list",
		"Backspace h   back from it",
		"Space         stop, and go on",
		"? F1          this help",
		"",
		"A line is a block of addresses, low ones first, its length at the right;",
		"~~~ folded: alike from end to end. A cell has the colour, or letter, of the",
		"kind that most of its memory has, and is fuller the more of it is mapped:",
		"G guest  H host  O other (ld.so, malloc, ...)  L the library's own  U unknown",
		"! a guest's outside the window  - reserved  . free in the window  / fence",
		": guard",
	};

	screen_put(0, 0, SCREEN_TITLE, " vactl watch%*s", COLS, "");
	for (size_t i = 0; i < ARRAY_SIZE(text); i++)
		screen_put(2 + (int)i, 0, A_NORMAL, "%s", text[i]);
	screen_put(LINES - 1, 0, A_DIM, "any key: back");
}

static void draw_screen(struct live *live)
{
	erase();
	if (live->helped)
		draw_help();
	else if (live->mapped)
		map_draw(&live->map, live->paused);
	else
		list_draw(&live->list);
	refresh();
}

/* Goes back to the list, without a process that has gone meanwhile. */
static void leave_map(struct live *live)
{
	map_close(&live->map);
	live->mapped = false;
	list_look(&live->list);
}

static void enter_map(struct live *live, int pid)
{
	map_open(&live->map, pid);
	live->mapped = reader_shows(&live->map.snapshot.reading);
	if (!live->mapped)
		leave_map(live);
}

static void take_key(struct live *live, int key)
{
	int pid;

	if (key == KEY_RESIZE)
		return;
	if (live->helped || key == KEY_HELP) {
		live->helped = !live->helped;
	} else if (key == ' ') {
		live->paused = !live->paused;
		live->next = snapshot_clock();
	} else if (live->mapped) {
		/* A view of one process has no list to go to. */
		if (!map_key(&live->map, key) && !live->watch->pid)
			leave_map(live);
	} else if ((pid = list_key(&live->list, key))) {
		enter_map(live, pid);
	}
}

/* Waits for a key, the next look or the process's end, behind which its last picture stays. */
static int wait_key(const struct live *live)
{
	bool over = live->mapped && *live->map.snapshot.why;
	int fd = live->mapped && !over ? live->map.fd : -1;

	return screen_key(live->paused || over ? snapshot_clock() + NO_MORE_LOOKS : live->next, fd);
}

static void run_view(struct live *live)
{
	live->next = snapshot_clock() + live->watch->interval;
	for (uint64_t looks = 1; ;) {
		int key;

		draw_screen(live);
		key = wait_key(live);
		if (key == KEY_EXIT || (key == ERR && looks == live->watch->count))
			return;
		if (key != ERR) {
			take_key(live, key);
			continue;
		}
		if (live->mapped)
			map_look(&live->map);
		else
			list_look(&live->list);
		looks++;
		live->next = snapshot_clock() + live->watch->interval;
	}
}

int watch_screen(const struct watch *watch)
{
	struct live live = { .watch = watch, .mapped = watch->pid };
	int status = 0;

	if (watch->pid) {
		map_open(&live.map, watch->pid);
		if (live.map.snapshot.reading.state != READER_UNCONFINED)
			reader_explain(&live.map.snapshot.reading);
		if (!reader_shows(&live.map.snapshot.reading))
			status = watch->command->failure;
	} else {
		list_look(&live.list);
	}
	if (!status && !screen_open())
		status = WATCH_NO_SCREEN;
	else if (!status)
		run_view(&live);
	if (live.mapped)
		map_close(&live.map);
	free(live.list.at);
	screen_close();
	return status;
}
