/* SPDX-License-Identifier: MIT */
/*
 * Events beside the calls themselves: each is counted, has a probe (SDT), and is told to an
 * observer.
 */
#ifndef VALIMIT_TABLE_EVENT_H
#define VALIMIT_TABLE_EVENT_H

#include "space.h"

/* An unseen mapping covers the span, and was in the way of a placement. */
void event_learnt(struct space *space, struct span span);

/* A mapping that no call has asked the library for lies outside, under a fence. */
void event_escaped(struct space *space, struct span span);

/* A guest's demand for an address outside the window is granted. */
void event_outside(struct space *space, struct span span, uintptr_t caller);

/* No gap of `length` bytes is free; the largest has `gap` bytes, 0: unknown. */
void event_full(struct space *space, size_t length, size_t gap);

#endif
