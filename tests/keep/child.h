/* SPDX-License-Identifier: MIT */
/*
 * Children: each looks whether all is there that its parent held, gives up some of
 * it, and makes memory of its own.
 */
#ifndef TESTS_KEEP_CHILD_H
#define TESTS_KEEP_CHILD_H

#include "keeper.h"

/* One child, by fork or by a raw clone, and its end. */
void child_make(const struct keeper *keepers, unsigned int count, bool by_clone);

#endif
