/* SPDX-License-Identifier: MIT */
#include "deferred.h"

#define PLACES 8

enum state { FREE, TAKEN, READY };

static __thread struct {
	uint32_t state; /* enum state */
	struct deferred change;
} place[PLACES];

/* Whether a place is READY. */
static __thread bool filled;

__thread bool deferred_is_fresh;

bool deferred_add(const struct deferred *change)
{
	for (int i = 0; i < PLACES; i++) {
		uint32_t expected = FREE;

		if (!__atomic_compare_exchange_n(&place[i].state, &expected, TAKEN, false,
						 __ATOMIC_RELAXED, __ATOMIC_RELAXED))
			continue;
		place[i].change = *change;
		__atomic_signal_fence(__ATOMIC_SEQ_CST);
		place[i].state = READY;
		filled = deferred_is_fresh = true;
		return true;
	}
	return false;
}

void deferred_retry(void)
{
	if (__atomic_load_n(&filled, __ATOMIC_RELAXED))
		deferred_is_fresh = true;
}

void deferred_each(struct space *space,
		   bool (*apply)(struct space *space, const struct deferred *change))
{
	bool left = false;

	deferred_is_fresh = filled = false;
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	for (int i = 0; i < PLACES; i++) {
		if (__atomic_load_n(&place[i].state, __ATOMIC_RELAXED) != READY)
			continue;
		__atomic_signal_fence(__ATOMIC_SEQ_CST);
		if (apply(space, &place[i].change))
			place[i].state = FREE;
		else
			left = true;
	}
	if (left)
		filled = true;
}
