/* SPDX-License-Identifier: MIT */
/*
 * The gate: while the window changes, no other thread is in a call. A call decides by the
 * window where its mapping may go and what becomes of the fence, so it must see one window
 * until it ends.
 */
#ifndef VALIMIT_EDGE_GATE_H
#define VALIMIT_EDGE_GATE_H

#include <stdbool.h>
#include <stdint.h>

#include "sys/frame.h"

struct pass {
	struct frame frame;
	bool nested;  /* a handler's call that interrupts another call of its thread */
	uint32_t off, era; /* the thread's numbers from before the call */
	bool entered; /* false: the thread has closed the gate, or the wait took too long */
};

/* Begins and ends each call. gate_enter() waits while the window changes; a handler's call
 * passes if its thread is inside already. `pass` is a local variable of the caller's. */
void gate_enter(struct pass *pass);
void gate_leave(struct pass *pass);

/* gate_close() waits until no other thread is in a call, and keeps others out until
 * gate_open(). False if this thread is in a call itself, which a handler has interrupted. */
bool gate_close(void);
void gate_open(void);

/* Sets the word by which the gate detects a child that has run no fork handler (sys/child.h). */
void gate_watch(uint32_t *wiped);

/* Resets the gate in a fork's child, which has only one of its parent's threads. */
void gate_fork_child(void);

#endif
