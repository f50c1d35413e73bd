/* SPDX-License-Identifier: MIT */
/*
 * Between the calls and a change of limits: while limits change no other thread
 * is in a call. A call decides by the window where its mapping may go and what
 * becomes of the fence, and must find the same window until it is done.
 */
#ifndef VALIMIT_EDGE_GATE_H
#define VALIMIT_EDGE_GATE_H

#include <stdbool.h>
#include <stdint.h>

#include "sys/frame.h"

struct pass {
	struct frame frame;
	bool nested;  /* a handler's, on top of another of its thread's calls */
	uint32_t off, era; /* of the thread's calls before it */
	bool entered; /* false: it did not have to, or has waited for too long */
};

/* Around each call: waits while limits change. A handler's call passes, where its
 * thread is inside already. `pass` is a local variable of the caller's. */
void gate_enter(struct pass *pass);
void gate_leave(struct pass *pass);

/* Waits until no other thread is in a call, and keeps them out. False where the
 * caller's own thread is in one: a handler has interrupted it. */
bool gate_close(void);
void gate_open(void);

/* By this word it knows a child that it is not told of (sys/child.h). */
void gate_watch(uint32_t *wiped);

/* In a fork's child, whose parent's other threads it does not have. */
void gate_fork_child(void);

#endif
