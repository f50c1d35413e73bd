/* SPDX-License-Identifier: MIT */
/* Bounded waits for another thread. Each wait has an end, since a raw clone()'s child inherits
 * states that only its parent's other threads would change. */
#ifndef VALIMIT_SYS_PATIENCE_H
#define VALIMIT_SYS_PATIENCE_H

/* The number of turns that take a second. */
#define PATIENCE_TURNS 10000

/* Waits a moment: gives the processor to other threads during the first 100 turns, then sleeps
 * 100 µs a turn. */
void patience_turn(int turn);

#endif
