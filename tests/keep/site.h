/* SPDX-License-Identifier: MIT */
/*
 * Where memory belongs: guests' in the window, hosts' outside it, also while the
 * limits change from one window to another and back.
 */
#ifndef TESTS_KEEP_SITE_H
#define TESTS_KEEP_SITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <valimit.h>

#include "../guest/scope.h"

/* A piece of the address space that is inside (guests) or outside (hosts) all the
 * windows that there will be. Empty where there is none. */
struct region {
	uintptr_t start, end;
};

/* Reads the window in force. `other` may be NULL: then limits never change. */
void site_begin(const struct va_limit *other);

/* Changes to the other window and back. Called by one thread. */
void site_change(void);

struct region site_region(bool host);

/* Taken before a call and given to site_is_right() after it: a call that a change
 * of the limits overlaps may have been made under either window. */
unsigned int site_moment(void);
bool site_is_right(unsigned int moment, bool host, const void *at, size_t length);

/* Whether limits change in this run. */
bool site_changes(void);

#endif
