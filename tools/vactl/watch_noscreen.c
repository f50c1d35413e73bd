/* SPDX-License-Identifier: MIT */
/* In the place of watch_screen.c where vactl is built without ncurses. */
#include "watch.h"

int watch_screen(const struct watch *watch)
{
	(void)watch;
	return WATCH_NO_SCREEN;
}
