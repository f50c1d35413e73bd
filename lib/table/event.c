/* SPDX-License-Identifier: MIT */
#include "event.h"

#include "sys/probe.h"

static void tell(const struct space *space, enum event event, uintptr_t a, uintptr_t b)
{
	if (space->observer)
		space->observer(event, a, b);
}

void event_learnt(struct space *space, struct span span)
{
	space_count(space, COUNT_LEARNT);
	PROBE2(learnt, span.start, span.end);
	tell(space, EVENT_LEARNT, span.start, span.end);
}

void event_escaped(struct space *space, struct span span)
{
	space_count(space, COUNT_ESCAPED);
	PROBE2(escaped, span.start, span.end);
	tell(space, EVENT_ESCAPED, span.start, span.end);
}

void event_outside(struct space *space, struct span span, uintptr_t caller)
{
	struct table *table = space->table;

	space_count(space, COUNT_OUTSIDE);
	__atomic_store_n(&table->outside_address, span.start, __ATOMIC_RELAXED);
	__atomic_store_n(&table->outside_caller, caller, __ATOMIC_RELAXED);
	PROBE3(outside, span.start, span.end, caller);
	tell(space, EVENT_OUTSIDE, span.start, span.end);
}

void event_full(struct space *space, size_t length, size_t gap)
{
	space_count(space, COUNT_NOSPACE);
	PROBE2(full, length, gap);
	tell(space, EVENT_FULL, length, gap);
}
