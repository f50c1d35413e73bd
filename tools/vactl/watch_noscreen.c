/* SPDX-License-Identifier: MIT */
/* Takes the place of watch_screen.c in a vactl built without ncurses. */
#include "watch.h"

int watch_screen(const struct watch *watch)
{
	(void)watch;
	return WATCH_NO_SCREEN;
}
