/* SPDX-License-Identifier: MIT */
/* The promise of a call: the picture after its answer. */
#ifndef VALIMIT_TESTS_PROMISE_H
#define VALIMIT_TESTS_PROMISE_H

#include "picture.h"
#include "stage.h"

/* Whether the answer is one of the call's own, at a place where it may be; else
 * tells what it is. Makes of the picture before the one that it promises. After a
 * change of limits neither has the fence any more: it is looked at here. */
bool promise_kept(const struct stage *stage, struct picture *before, struct picture *after);

/* Admits reservations where nothing should be; whether there is any. */
bool promise_admit_left(struct picture *before, struct picture *after);

#endif
