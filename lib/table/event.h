/* SPDX-License-Identifier: MIT */
/*
 * What happens beside the calls themselves: each is counted, has a probe, and is
 * told to an observer.
 */
#ifndef VALIMIT_TABLE_EVENT_H
#define VALIMIT_TABLE_EVENT_H

#include "space.h"

/* Something unseen is mapped at the span, and was in the way of a placement. */
void event_learnt(struct space *space, struct span span);

/* Something that no call has asked the library for is outside the fence. */
void event_escaped(struct space *space, struct span span);

/* A guest's demand outside the window is granted. */
void event_outside(struct space *space, struct span span, uintptr_t caller);

/* No gap of that length, in bytes, is to be found; the largest has `gap`, 0
 * where that is not known. */
void event_full(struct space *space, size_t length, size_t gap);

#endif
