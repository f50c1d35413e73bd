/* SPDX-License-Identifier: MIT */
/*
 * A timer's handler that maps and unmaps, as a guest and as a host, at any instruction, and
 * keeps memory from one tick to the next.
 */
#ifndef TESTS_KEEP_TICK_H
#define TESTS_KEEP_TICK_H

#include "keeper.h"

/* For all threads, once. */
void tick_begin(void);

/* The calling thread's timer. */
void tick_start(struct keeper *keeper);
void tick_stop(struct keeper *keeper);

#endif
