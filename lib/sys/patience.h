/* SPDX-License-Identifier: MIT */
/* Waiting for what another thread does, and no wait lasts for ever: a child by a
 * raw clone inherits a state that only its parent's other threads would change. */
#ifndef VALIMIT_SYS_PATIENCE_H
#define VALIMIT_SYS_PATIENCE_H

/* So many turns take a second. */
#define PATIENCE_TURNS 10000

/* Gives way to others: the processor at first, then 100 µs a turn. */
void patience_turn(int turn);

#endif
