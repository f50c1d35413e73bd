/* SPDX-License-Identifier: MIT */
/* Searching the table for room, by the policy. */
#ifndef VALIMIT_PLACE_SEARCH_H
#define VALIMIT_PLACE_SEARCH_H

#include "table/space.h"
#include "want.h"

/* The address of free room; 0: there is none. Tries the want's hint only once. Call inside
 * the lock. */
uintptr_t search_find(struct space *space, struct want *want);

#endif
