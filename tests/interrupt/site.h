/* SPDX-License-Identifier: MIT */
/*
 * Where memory belongs while limits may change from one window to another, and the
 * scopes of hosts and guests.
 */
#ifndef TESTS_INTERRUPT_SITE_H
#define TESTS_INTERRUPT_SITE_H

#include "../guest/api.h"
#include "../guest/scope.h"

/* The window that the program was started in, and the one to which limits change. */
enum site_window { SITE_FIRST, SITE_OTHER, SITE_EITHER };

/* Reads the window in force. */
void site_begin(void);

/* Sets the limits with prctl(); its answer. */
int site_limit(enum site_window window);

/* The window in force: the first or the other. Dies if it is neither. */
enum site_window site_now(void);

/* Dies unless guests' memory lies in the window and hosts' outside it. */
void site_expect(enum site_window window, bool host, const void *at, size_t length,
		 const char *what);

/* Whether no page outside the window is free: dies if one is, unless there is no fence. The
 * kernel's own placements must then lie inside. */
void site_expect_fence(void);

#endif
