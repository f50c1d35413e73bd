/* SPDX-License-Identifier: MIT */
/*
 * Between the calls and a change of limits: while limits change nobody else is
 * in a call. A call decides by the window where its mapping may go and what
 * becomes of the fence, and must find the same window until it is done.
 */
#ifndef VALIMIT_EDGE_GATE_H
#define VALIMIT_EDGE_GATE_H

#include <stdbool.h>

/* Around each call: waits while limits change. A handler's call, where its
 * thread is inside already, passes. True is to be given back to gate_leave(). */
bool gate_enter(void);
void gate_leave(bool entered);

/* Waits until no other thread is in a call, and keeps them out. False where the
 * caller's own thread is in one: a handler has interrupted it. */
bool gate_close(void);
void gate_open(void);

/* Gives way to others, at the turn-th try. Nobody waits for ever: a child by a
 * raw clone inherits the gate as it was, and nobody who would open it. So many
 * tries take a second. */
#define GATE_PATIENCE 10000
void gate_pause(int turn);

/* In a fork's child, whose parent's other threads it does not have. */
void gate_fork_child(void);

#endif
