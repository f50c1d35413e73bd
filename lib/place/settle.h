/* SPDX-License-Identifier: MIT */
/*
 * What a call finds unfinished when it begins: a child's copy of its parent's
 * table, a change that was not entered, a call that was left by siglongjmp().
 */
#ifndef VALIMIT_PLACE_SETTLE_H
#define VALIMIT_PLACE_SETTLE_H

#include "table/space.h"

/* Before each call that uses the table; and after it. */
void settle(struct space *space);
void settle_after(struct space *space);

#endif
